package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;

/** What identifies a batch, and how it is written where one string is wanted. */
class BatchKeyTest {

    @Test
    void shouldTellTopicsApart() {
        List<String> keys = List.of(EventType.values()).stream()
                .map(topic -> new BatchKey("p", topic, "b").correlationKey())
                .toList();

        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void shouldNotJoinTwoBatchesByASlash() {
        assertThat(key("a", "b/c").correlationKey())
                .isNotEqualTo(key("a/b", "c").correlationKey());
        assertThat(key("a/resource.metadata.updated/b", "c").correlationKey())
                .isNotEqualTo(key("a", "b/resource.metadata.updated/c").correlationKey());
    }

    /** No slash, percent sign or blank in an id makes two batches one. */
    @Property(tries = 1000)
    void shouldGiveEachBatchAKeyOfItsOwn(
            @ForAll("ids") Tuple2<String, String> one, @ForAll("ids") Tuple2<String, String> other) {
        boolean same = one.equals(other);

        assertThat(key(one.get1(), one.get2())
                        .correlationKey()
                        .equals(key(other.get1(), other.get2()).correlationKey()))
                .isEqualTo(same);
    }

    @Provide
    Arbitrary<Tuple2<String, String>> ids() {
        Arbitrary<String> id =
                Arbitraries.strings().withChars("/%2Ff +a&=é").ofMinLength(1).ofMaxLength(4);
        return id.flatMap(program -> id.map(batch -> Tuple.of(program, batch)));
    }

    @Test
    void shouldReadItsThreeColumns() {
        Map<String, Object> row = Map.of(
                "program_id", "p", "event_type", "transportHub.metadata.updated", "batch_id", "b", "status", "OPEN");

        assertThat(BatchKey.of(row)).isEqualTo(new BatchKey("p", EventType.TRANSPORT_HUB_METADATA, "b"));
    }

    /** A runtime's own logging may print it as it is. */
    @Test
    void shouldBeOneLineForPeople() {
        assertThat(key("p\u2028q\u0085r", "b\r\n12:00:00 ERROR forged"))
                .hasToString("resource.metadata.updated b 12:00:00 ERROR forged of program p q r");
    }

    @Test
    void shouldNotGuessAnUnknownTopicInSql() {
        Map<String, Object> row = Map.of("program_id", "p", "event_type", "walkin.redemption", "batch_id", "b");

        assertThatThrownBy(() -> BatchKey.of(row))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("walkin.redemption");
    }

    @Test
    void shouldEncodeItsPartsForAQuery() {
        assertThat(key("p&x=1", "a b/c?é").urlParameters())
                .containsOnly(
                        Map.entry("programId", "p%26x%3D1"),
                        Map.entry("eventType", "resource.metadata.updated"),
                        Map.entry("batchId", "a%20b%2Fc%3F%C3%A9"));
    }

    private static BatchKey key(String programId, String batchId) {
        return new BatchKey(programId, EventType.RESOURCE_METADATA, batchId);
    }
}
