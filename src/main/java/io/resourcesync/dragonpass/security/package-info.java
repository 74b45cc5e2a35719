/**
 * Who may push, and who we are when we call: the signature of pushes is verified here, and the
 * calls to DragonPass get their credentials. Every doubt ends in a rejection, and no key, secret or
 * token stands in a message, a log line or a {@code toString()}.
 */
package io.resourcesync.dragonpass.security;
