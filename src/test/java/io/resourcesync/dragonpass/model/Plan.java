package io.resourcesync.dragonpass.model;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What happens in one round: some cases that share an application and have programs of their own.
 * A plan is a value, so that it can be generated, shrunk and printed.
 *
 * <p>A round goes through a few phases. In each, pushes are sent from several threads while
 * deadlines and recovery windows of some batches pass and DragonPass answers recovery calls; it ends
 * when nothing is left to do. After the last, every window that is still open closes.
 *
 * @param cases independent of each other
 * @param threads how many send at once
 * @param nodes how many nodes of the application share the database
 * @param restarts when the application stops and starts again; only with one node, as the one that
 *     stops first shuts the embedded database down
 * @param forgetful the phases after whose sending all hints of it are lost, and all that is known in
 *     memory of the batches that are waited for
 */
record Plan(List<Case> cases, int threads, int nodes, List<Restart> restarts, Set<Integer> forgetful) {

    static final int PHASES = 4;

    /** A few batches that share programs, ids and times. */
    record Case(List<Batch> batches) {}

    /**
     * @param program what the program id ends with; it begins with what is the case's own
     * @param clocks one for each phase
     * @param replies what DragonPass answers to a recovery call, one for each phase
     */
    record Batch(
            String program, Topic topic, String batchId, List<Push> pushes, List<Clock> clocks, List<Reply> replies) {

        /** What must be unique in a case. */
        List<Object> key() {
            return List.of(program, topic, batchId);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("\n  %s '%s' of program …'%s', %d pushes"
                    .formatted(topic.eventType, batchId, program, pushes.size()));
            IntStream.range(0, pushes.size())
                    .forEach(i ->
                            text.append("\n    #").append(i + 1).append(' ').append(pushes.get(i)));
            IntStream.range(0, PHASES)
                    .filter(phase -> clocks.get(phase).time() != Time.RUNS)
                    .forEach(phase -> text.append("\n    phase %d: %s at %d, recovery calls are answered %s"
                            .formatted(
                                    phase,
                                    clocks.get(phase).time(),
                                    clocks.get(phase).rank(),
                                    replies.get(phase))));
            return text.toString();
        }
    }

    /**
     * @param updatedAt as it is written
     * @param groups of one changeAction each; topics without groups have the ids of all of them
     * @param deliveries none for a push that is lost
     * @param recoverable the phases in which DragonPass's answers hold it
     */
    record Push(int module, String updatedAt, List<Group> groups, List<Delivery> deliveries, Set<Integer> recoverable) {

        @Override
        public String toString() {
            return "module %d, %s %s sent %s, recoverable in %s"
                    .formatted(module, updatedAt, groups, deliveries, new TreeSet<>(recoverable));
        }
    }

    record Group(boolean added, List<String> ids) {

        @Override
        public String toString() {
            return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", ", added ? "+(" : "-(", ")"));
        }
    }

    /** @param rank what comes first in a phase: the lower */
    record Delivery(int phase, int rank, Manner manner) {

        @Override
        public String toString() {
            return "in %d at %d %s".formatted(phase, rank, manner);
        }
    }

    enum Manner {
        ONCE,
        /** The same from two threads at once. */
        TWICE,
        /** Equal as JSON values, formatted in another way. */
        REFORMATTED,
        /** The connection breaks in the middle of the body; the sender tries again. */
        HALF_SENT,
        /** The connection breaks before the acknowledgement is read; the sender tries again. */
        REPLY_LOST,
        /** Once acknowledged, it is followed by two that contradict it: in content, and in totalSequence. */
        CONTRADICTED
    }

    /** @param rank as of a delivery */
    record Clock(Time time, int rank) {}

    enum Time {
        RUNS,
        /** The batch's deadline passes. */
        DUE,
        /** Its deadline passes, and it was opened so long ago that DragonPass has no events of it any more. */
        WINDOW_CLOSES
    }

    enum Reply {
        ARRAY(true),
        SINGLE_EVENT(true),
        ENVELOPE(true),
        ENVELOPE_OF_EVENTS(true),
        ENVELOPE_OF_LIST(true),
        /** Formatted in another way than the push was. */
        REFORMATTED(true),
        /** Every event twice, the last first. */
        REPEATED(true),
        /** With events of the case's other batches, whatever their topic. */
        WITH_OTHERS(true),
        ONLY_OTHERS(true),
        /** With events that cannot be accepted in front of them. */
        WITH_GARBAGE(true),
        NO_DATA(true),
        UNAVAILABLE(false),
        TOO_MANY_REQUESTS(false),
        NOT_FOUND(false),
        HTML(false),
        ERROR_CODE(false),
        EMPTY_BODY(false),
        BROKEN_OFF(false);

        /** Whether its events count. */
        final boolean successful;

        Reply(boolean successful) {
            this.successful = successful;
        }
    }

    /**
     * @param percent how much of the phase's work is done when it begins; the rest meets a stopping application
     * @param tightQueues whether the application then has room for one hint only, so that many are dropped
     */
    record Restart(int phase, int percent, boolean tightQueues) {}

    @Override
    public String toString() {
        return IntStream.range(0, cases.size())
                .mapToObj(i -> "\ncase " + i
                        + cases.get(i).batches().stream().map(Batch::toString).collect(Collectors.joining()))
                .collect(Collectors.joining(
                        "",
                        "%d threads, %d nodes, %s, memory lost in %s".formatted(threads, nodes, restarts, forgetful),
                        ""));
    }
}
