/**
 * Whether the database takes pushes, and the spool on disk that takes them when it does not.
 */
package io.resourcesync.dragonpass.store;
