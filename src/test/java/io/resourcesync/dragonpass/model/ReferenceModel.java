package io.resourcesync.dragonpass.model;

import static java.util.Comparator.comparing;

import io.resourcesync.dragonpass.model.Event.Cell;
import io.resourcesync.dragonpass.model.Event.Change;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * What the state tables must show, whatever the order in which changes come: the newest {@code
 * updatedAt} wins, ties go to the greater (batch id, sequence), and within a push the later group wins.
 */
final class ReferenceModel {

    private static final Comparator<Change> BY_AGE =
            comparing(Change::updatedAt).thenComparing(c -> c.batch().id()).thenComparing(Change::sequence);

    private final Map<Cell, Change> state = new HashMap<>();

    /** Takes in a change; tells whether a newer one was there before, so that it is superseded. */
    boolean accept(Change change) {
        Change decides = state.merge(change.cell(), change, (a, b) -> BY_AGE.compare(a, b) > 0 ? a : b);
        return decides != change;
    }

    Map<Cell, Change> state() {
        return state;
    }
}
