/** The product's commands in the shell of Karaf. */
package io.resourcesync.dragonpass.karaf.shell;
