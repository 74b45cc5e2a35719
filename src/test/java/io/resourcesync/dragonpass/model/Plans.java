package io.resourcesync.dragonpass.model;

import io.resourcesync.dragonpass.model.Plan.Batch;
import io.resourcesync.dragonpass.model.Plan.Case;
import io.resourcesync.dragonpass.model.Plan.Clock;
import io.resourcesync.dragonpass.model.Plan.Delivery;
import io.resourcesync.dragonpass.model.Plan.Group;
import io.resourcesync.dragonpass.model.Plan.Manner;
import io.resourcesync.dragonpass.model.Plan.Push;
import io.resourcesync.dragonpass.model.Plan.Reply;
import io.resourcesync.dragonpass.model.Plan.Restart;
import io.resourcesync.dragonpass.model.Plan.Time;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Generates plans: few ids, few times and few names, so that much of it collides. */
final class Plans {

    private static final List<String> PROGRAMS = List.of("", "0", "%2F");

    private static final List<String> BATCH_IDS = List.of(
            "20251028T010000Z",
            "20251028T010000z",
            "B",
            "B ",
            "a&batchId=B",
            "50%41+1",
            "it's \"so\"",
            "${body} {{db.url}} :#sequence",
            "Ünï/✈️ 😀",
            "x".repeat(64));

    /** Batches that are one where the parts of a key are joined without care. */
    private static final List<Name> ALIKE = List.of(
            new Name("", Topic.RESOURCE_METADATA, "B/resource.metadata.updated/B"),
            new Name("/resource.metadata.updated/B", Topic.RESOURCE_METADATA, "B"));

    private static final List<String> IDS = List.of(
            "N1",
            "N1 ",
            " N1",
            "n1",
            "a/b",
            "O'Hare",
            "100%",
            "\"",
            "\\",
            "😀",
            "é",
            "e\u0301",
            "\t",
            "${body}",
            "?",
            "null",
            "y".repeat(64));

    private static final List<Integer> MODULES = List.of(1, 2, 0, Integer.MAX_VALUE);

    /** The first six are one instant to the microsecond. */
    private static final List<String> TIMES = List.of(
            "2025-01-01T00:00:00Z",
            "2025-01-01T00:00:00+00:00",
            "2025-01-01T01:00:00.0+01:00",
            "2024-12-31t12:30:00.000000-11:30",
            "2025-01-01T00:00:00.000000001z",
            "2025-01-01T00:00:00.000000999Z",
            "2025-01-01T00:00:00.000001Z",
            "2024-12-31T23:59:59.999999999Z",
            "2025-01-01T00:00:00-00:30",
            "2025-03-30T02:30:00+01:00",
            "1970-01-01T00:00:00Z",
            "9999-12-30T23:59:59.999999Z");

    private record Name(String program, Topic topic, String batchId) {}

    private Plans() {}

    /** @param cases how many a plan has; fewer only when it is shrunk */
    static Arbitrary<Plan> plans(int cases) {
        return Combinators.combine(
                        aCase().list().ofMinSize(1).ofMaxSize(cases).withSizeDistribution(most()),
                        Arbitraries.integers().between(1, 8).withDistribution(RandomDistribution.uniform()),
                        Arbitraries.frequencyOf(
                                Tuple.of(4, Arbitraries.just(Tuple.of(1, List.<Restart>of()))),
                                Tuple.of(4, restart().map(restart -> Tuple.of(1, List.of(restart)))),
                                Tuple.of(2, Arbitraries.just(Tuple.of(2, List.<Restart>of())))),
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.just(Set.<Integer>of())),
                                Tuple.of(1, phase().set().ofSize(1))))
                .as((someCases, threads, nodes, forgetful) ->
                        new Plan(someCases, threads, nodes.get1(), nodes.get2(), forgetful));
    }

    private static RandomDistribution most() {
        return (genSize, min, max, center) -> random -> max;
    }

    private static Arbitrary<Restart> restart() {
        return Combinators.combine(phase(), uniform(0, 100), Arbitraries.of(false, false, true))
                .as(Restart::new);
    }

    private static Arbitrary<Case> aCase() {
        return batch().list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .uniqueElements(Batch::key)
                .map(Case::new);
    }

    private static Arbitrary<Batch> batch() {
        Arbitrary<List<Push>> pushes = Arbitraries.frequencyOf(
                Tuple.of(30, push(onTime()).list().ofMinSize(1).ofMaxSize(6)),
                Tuple.of(66, push(deliveries()).list().ofMinSize(1).ofMaxSize(6)),
                // More than one chunk, as a batch is applied in chunks.
                Tuple.of(4, push(onTime()).list().ofMinSize(7).ofMaxSize(20)));
        return Combinators.combine(
                        name(),
                        pushes,
                        clock().list().ofSize(Plan.PHASES),
                        reply().list().ofSize(Plan.PHASES))
                .as((name, somePushes, clocks, replies) ->
                        new Batch(name.program(), name.topic(), name.batchId(), somePushes, clocks, replies));
    }

    private static Arbitrary<Name> name() {
        return Arbitraries.frequencyOf(
                Tuple.of(
                        5,
                        Combinators.combine(often(PROGRAMS), Arbitraries.of(Topic.class), often(BATCH_IDS))
                                .as(Name::new)),
                Tuple.of(1, Arbitraries.of(ALIKE)));
    }

    private static Arbitrary<Push> push(Arbitrary<List<Delivery>> deliveries) {
        return Combinators.combine(
                        often(MODULES),
                        often(TIMES),
                        group().list().ofMaxSize(3),
                        deliveries,
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.just(Set.<Integer>of())),
                                Tuple.of(3, phase().set().ofMinSize(1).ofMaxSize(3))))
                .as(Push::new);
    }

    private static Arbitrary<Group> group() {
        return Combinators.combine(
                        Arbitraries.of(true, false), often(IDS).list().ofMaxSize(4))
                .as(Group::new);
    }

    private static Arbitrary<List<Delivery>> onTime() {
        return delivery(Arbitraries.just(0)).list().ofSize(1);
    }

    private static Arbitrary<List<Delivery>> deliveries() {
        return Arbitraries.frequencyOf(
                Tuple.of(4, onTime()),
                Tuple.of(3, delivery(phase()).list().ofMinSize(1).ofMaxSize(3)),
                Tuple.of(2, delivery(phase()).list().ofSize(0)));
    }

    private static Arbitrary<Delivery> delivery(Arbitrary<Integer> phase) {
        return Combinators.combine(
                        phase,
                        uniform(0, 1000),
                        Arbitraries.frequencyOf(
                                Tuple.of(2, Arbitraries.just(Manner.ONCE)), Tuple.of(3, Arbitraries.of(Manner.class))))
                .as(Delivery::new);
    }

    private static Arbitrary<Clock> clock() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(4, Time.RUNS), Tuple.of(4, Time.DUE), Tuple.of(1, Time.WINDOW_CLOSES)),
                        uniform(0, 1000))
                .as(Clock::new);
    }

    private static Arbitrary<Reply> reply() {
        List<Reply> successful =
                Arrays.stream(Reply.values()).filter(reply -> reply.successful).toList();
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.of(successful)), Tuple.of(1, Arbitraries.of(Reply.class)));
    }

    private static Arbitrary<Integer> phase() {
        return uniform(0, Plan.PHASES - 1);
    }

    private static Arbitrary<Integer> uniform(int min, int max) {
        return Arbitraries.integers().between(min, max).withDistribution(RandomDistribution.uniform());
    }

    /** Half of the time the first of them. */
    private static <T> Arbitrary<T> often(List<T> values) {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(values.get(0))), Tuple.of(1, Arbitraries.of(values)));
    }
}
