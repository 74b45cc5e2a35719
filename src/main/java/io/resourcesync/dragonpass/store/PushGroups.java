package io.resourcesync.dragonpass.store;

import java.util.List;
import java.util.Map;

/**
 * What the routes {@code write-pushes} and {@code write-until-stored} ask of a {@link PushGroup} and tell it.
 * A bean with a name, as Camel looks for the bean of a type anew each time.
 */
public final class PushGroups {

    /** {@link PushGroup#unknown}. */
    public Map<String, Object> unknown(PushGroup group, int attempt) {
        return group.unknown(attempt);
    }

    /** {@link PushGroup#opening}. */
    public Map<String, Object> opening(PushGroup group, List<Map<String, Object>> rows, String timeout) {
        return group.opening(rows, timeout);
    }

    /** {@link PushGroup#storing}. */
    public Map<String, Object> storing(PushGroup group, List<Map<String, Object>> rows) {
        return group.storing(rows);
    }

    /** {@link PushGroup#confirm}. */
    public void confirm(PushGroup group) {
        group.confirm();
    }

    /** {@link PushGroup#refuse}. */
    public void refuse(PushGroup group) {
        group.refuse();
    }
}
