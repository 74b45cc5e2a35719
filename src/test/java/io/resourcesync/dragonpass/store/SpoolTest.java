package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resourcesync.dragonpass.testing.Together;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is appended is on disk until it is removed, whatever happens between. */
class SpoolTest {

    private static final int BLOCK = 4096;

    @TempDir
    private Path parent;

    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Spool::stop);
    }

    @Test
    void shouldKeepWhatIsAppended() throws IOException {
        Spool spool = open(1_000_000);

        spool.append(bytes("one"));

        List<String> records = spool.oldest(10);
        assertThat(records).hasSize(1);
        assertThat(spool.read(records.get(0))).containsExactly(bytes("one"));
        assertThat(Files.readString(folder().resolve(records.get(0)))).isEqualTo("one");
        assertThat(gauge("dragonpass.spool.records")).isEqualTo(1);
    }

    @Test
    void shouldBringTheOldestFirst() throws IOException {
        Spool spool = open(1_000_000);
        for (int i = 0; i < 12; i++) {
            spool.append(bytes("push " + i));
        }

        assertThat(contents(spool, 12)).startsWith("push 0", "push 1", "push 2").endsWith("push 10", "push 11");
        assertThat(contents(spool, 3)).containsExactly("push 0", "push 1", "push 2");
    }

    @Test
    void shouldForgetWhatIsRemoved() throws IOException {
        Spool spool = open(BLOCK);
        spool.append(bytes("one"));

        spool.remove(spool.oldest(1).get(0));

        assertThat(spool.oldest(1)).isEmpty();
        assertThat(gauge("dragonpass.spool.records")).isZero();
        spool.append(bytes("there is room again"));
    }

    @Test
    void shouldGoOnWhenSomeoneElseHasTakenARecordOut() throws IOException {
        Spool spool = open(1_000_000);
        spool.append(bytes("one"));
        String record = spool.oldest(1).get(0);
        Files.delete(folder().resolve(record));

        spool.remove(record);

        assertThat(gauge("dragonpass.spool.records")).isZero();
    }

    @Test
    void shouldRefuseWhatDoesNotFit() throws IOException {
        Spool spool = open(3 * BLOCK);
        spool.append(new byte[BLOCK + 1]);
        spool.append(bytes("fits just"));

        assertThatThrownBy(() -> spool.append(bytes("one too many")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the spool is full");
        assertThat(spool.oldest(10)).hasSize(2);
        assertThat(spool.isWritable()).isFalse();
        assertThat(gauge("dragonpass.spool.used")).isEqualTo(1);
    }

    @Test
    void shouldRefuseEverythingWhenItIsTurnedOff() throws IOException {
        Spool spool = open(0);

        assertThatThrownBy(() -> spool.append(bytes("one"))).isInstanceOf(IOException.class);
        assertThat(spool.isWritable()).isFalse();
    }

    @Test
    void shouldLeaveNothingBehindWhenItCannotWrite() throws IOException {
        Spool spool = open(BLOCK);
        Files.move(folder(), parent.resolve("gone"));

        assertThatThrownBy(() -> spool.append(bytes("one"))).isInstanceOf(IOException.class);
        assertThat(spool.isWritable()).isFalse();

        Files.move(parent.resolve("gone"), folder());
        assertThat(spool.isWritable()).isTrue();
        spool.append(bytes("its room was given back"));
        assertThat(contents(spool, 10)).containsExactly("its room was given back");
    }

    @Test
    void shouldTakeOverWhatAnotherProcessLeft() throws IOException {
        Spool first = open(1_000_000);
        first.append(bytes("whole"));
        Files.writeString(folder().resolve("9999999999999-000000001-torn.tmp"), "to");
        first.stop();

        Spool second = open(2 * BLOCK);

        assertThat(contents(second, 10)).containsExactly("whole", "to");
        assertThat(gauge("dragonpass.spool.records")).isEqualTo(2);
        assertThatThrownBy(() -> second.append(bytes("no room"))).hasMessageStartingWith("the spool is full");
    }

    @Test
    void shouldNotOverwriteARecordWhenTheClockRepeatsItself() throws IOException {
        for (String push : List.of("first", "second")) {
            Spool spool = Spool.open(
                    folder(), 1_000_000, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), new SimpleMeterRegistry());
            spool.append(bytes(push));
            spool.stop();
        }

        assertThat(contents(open(1_000_000), 10)).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void shouldBelongToOneProcess() throws IOException {
        Spool first = open(1_000_000);

        assertThatThrownBy(() -> open(1_000_000)).hasMessage("another process uses " + folder());

        first.stop();
        open(1_000_000);
    }

    @Test
    void shouldTakePushesFromManyThreads() throws Exception {
        Spool spool = open(1_000_000);

        Together.run(24, i -> {
            try {
                spool.append(bytes("push " + i));
                return i;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(contents(spool, 100)).hasSize(24).doesNotHaveDuplicates();
        assertThat(gauge("dragonpass.spool.records")).isEqualTo(24);
    }

    private Path folder() {
        return parent.resolve("data/spool");
    }

    private Spool open(long maxBytes) throws IOException {
        metrics.clear();
        Spool spool = Spool.open(folder(), maxBytes, Clock.systemUTC(), metrics);
        spool.start();
        opened.add(spool);
        return spool;
    }

    private double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    private static List<String> contents(Spool spool, int limit) throws IOException {
        List<String> contents = new ArrayList<>();
        for (String record : spool.oldest(limit)) {
            contents.add(new String(spool.read(record).get(0), StandardCharsets.UTF_8));
        }
        return contents;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
