package io.resourcesync.dragonpass.security;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Not ready while there is no key to verify a push with: it would be refused. */
public final class KeysReadiness extends AbstractHealthCheck {

    private final PushKeys keys;

    /**
     * @param keys null where pushes are not verified
     */
    public KeysReadiness(PushKeys keys) {
        super("dragonpass", "keys");
        this.keys = keys;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (keys == null || !keys.keyIds().isEmpty()) {
            builder.up();
        } else {
            builder.message("there is no usable key to verify pushes with").down();
        }
    }
}
