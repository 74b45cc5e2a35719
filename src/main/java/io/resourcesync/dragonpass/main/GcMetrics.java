package io.resourcesync.dragonpass.main;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Pauses of the garbage collector. Camel has a binder for them, {@code jvm-gc}, whose listeners it leaves
 * with the JVM when it stops, and by them all that the registry holds.
 */
final class GcMetrics extends ServiceSupport {

    private final MeterRegistry registry;
    private final JvmGcMetrics pauses = new JvmGcMetrics();

    GcMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void doStart() {
        pauses.bindTo(registry);
    }

    @Override
    protected void doStop() {
        pauses.close();
    }
}
