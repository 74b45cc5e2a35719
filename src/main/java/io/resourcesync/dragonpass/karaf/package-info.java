/** The product inside Apache Karaf: all that knows of OSGi. */
package io.resourcesync.dragonpass.karaf;
