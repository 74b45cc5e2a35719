package io.resourcesync.dragonpass.store;

import io.resourcesync.dragonpass.push.Push;
import java.util.concurrent.CompletableFuture;

/** A push that waits until the group that it is in was written, and what became of it. */
final class WaitingPush {

    /** What became of it when nothing else was said: the database did not take it. */
    static final String AWAY = "away";

    private final Push push;
    private final String source;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private String decision;
    private KnownBatch batch;
    private String outcome = AWAY;

    WaitingPush(Push push, String source) {
        this.push = push;
        this.source = source;
    }

    Push push() {
        return push;
    }

    String source() {
        return source;
    }

    /**
     * Notes what is to be done, which holds once the transaction is committed.
     *
     * @param what {@code stored}, {@code duplicate}, {@code total} or {@code content}
     * @param where its batch, with nothing stored, and whether it begins
     */
    void decide(String what, KnownBatch where) {
        decision = what;
        batch = where;
    }

    boolean isToBeStored() {
        return decision.equals(PushGroup.STORED);
    }

    /** The transaction is committed and durable: whoever waits goes on, and not after what else the group does. */
    void confirm() {
        settle(decision);
    }

    /** The database refuses it, and it alone. */
    void refuse() {
        settle("unavailable");
    }

    private void settle(String what) {
        outcome = what;
        answer.complete(what);
    }

    boolean isStored() {
        return outcome.equals(PushGroup.STORED);
    }

    KnownBatch batch() {
        return batch;
    }

    /**
     * Nobody waits any longer for what was not settled: it counts as not taken. If a writer that hangs has the
     * database take it later all the same, it is a duplicate of what the spool or the sender brings again.
     */
    void giveUp() {
        answer.complete(AWAY);
    }

    /** What became of it, once it is settled or given up. */
    CompletableFuture<String> outcome() {
        return answer;
    }
}
