package io.resourcesync.dragonpass.security;

import com.nimbusds.jose.JWSVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that pushes are verified with, by kid: a folder of {@code <kid>.pem} files or one
 * JWKS file (RFC 7517), as the contract has up to two key sets active at a time.
 *
 * <p>Changes take effect without a restart: whoever asks for a key more than a second after the keys
 * were last read reads them again first, and meanwhile the others go on with what they have, for five
 * seconds at most. So a key that was removed an hour ago is not accepted even if nobody has asked
 * since. The readiness check asks too, so that a broken key is reported while no push arrives.
 *
 * <p>A key that cannot be used is reported and leaves the others alone; all keys may go while this
 * runs, and then every token is rejected until one is there again. Safe for use by many threads.
 */
public final class PushKeys {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.security");

    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long STALE_NANOS = Duration.ofSeconds(5).toNanos();

    private final UnaryOperator<KeyRing> reader;
    private final LongSupplier nanoTime;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile KeyRing ring = KeyRing.EMPTY;
    private volatile long readAt;

    /**
     * @param reader reads the keys again, given what it read last
     * @param nanoTime as {@link System#nanoTime()}: the keys must not depend on a clock that jumps
     */
    PushKeys(UnaryOperator<KeyRing> reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
        refresh();
    }

    /**
     * Reads the keys for the first time.
     *
     * @param place a folder of {@code <kid>.pem} files, or a JWKS file
     * @throws UnusableKey when there is not one usable key; the message names what is there instead
     */
    public static PushKeys open(Path place) throws UnusableKey {
        return open(place, System::nanoTime);
    }

    static PushKeys open(Path place, LongSupplier nanoTime) throws UnusableKey {
        PushKeys keys = new PushKeys(ring -> ring.reread(place), nanoTime);
        KeyRing ring = keys.ring;
        if (ring.verifiers().isEmpty()) {
            String found = ring.problems().isEmpty()
                    ? "no file there ends in .pem"
                    : ring.problems().stream()
                            .limit(5)
                            .map(KeyProblem::toString)
                            .collect(Collectors.joining("; "));
            throw new UnusableKey("there is no usable public key in " + KeyId.printable(place.toString()) + " (" + found
                    + "): put DragonPass's public keys there, a file <kid>.pem for each, or name a JWKS file");
        }
        return keys;
    }

    /** What verifies the signatures of this key, if there is such a key now. */
    Optional<JWSVerifier> verifier(String kid) {
        return Optional.ofNullable(current().verifiers().get(kid));
    }

    /** The kids that are accepted now, sorted. */
    public Set<String> keyIds() {
        return new TreeSet<>(current().verifiers().keySet());
    }

    /** The keys that are there and not used. */
    public List<KeyProblem> problems() {
        return current().problems();
    }

    /** Reads the keys again, whenever that was done last. It does not fail: what it cannot read is a problem. */
    public void refresh() {
        reading.lock();
        try {
            read();
        } finally {
            reading.unlock();
        }
    }

    private KeyRing current() {
        long age = age();
        if (age >= STALE_NANOS) {
            reading.lock();
        } else if (age < FRESH_NANOS || !reading.tryLock()) {
            return ring;
        }
        try {
            if (age() >= FRESH_NANOS) {
                read();
            }
        } finally {
            reading.unlock();
        }
        return ring;
    }

    private long age() {
        return nanoTime.getAsLong() - readAt;
    }

    private void read() {
        KeyRing before = ring;
        KeyRing now;
        try {
            now = reader.apply(before);
        } catch (RuntimeException e) {
            String failure = "could not be read again (" + e.getClass().getSimpleName() + "), and stay as they were";
            now = new KeyRing(before.verifiers(), List.of(new KeyProblem("the keys", failure)), before.files());
        }
        ring = now;
        readAt = nanoTime.getAsLong();
        if (now != before) {
            report(before, now);
        }
    }

    /** Each change once, not each reading. */
    private static void report(KeyRing before, KeyRing now) {
        now.problems().stream()
                .filter(problem -> !before.problems().contains(problem))
                .forEach(problem -> LOG.warn("A key for pushes is not used: {}", problem));
        Set<String> kids = now.verifiers().keySet();
        if (!kids.equals(before.verifiers().keySet())) {
            if (kids.isEmpty()) {
                LOG.error("No key for pushes is left: every push is answered 401 until one is there again");
            } else {
                LOG.info("Keys for pushes: {}", new TreeSet<>(kids));
            }
        } else if (!now.verifiers().equals(before.verifiers())) {
            LOG.info("Keys for pushes, some with new contents: {}", new TreeSet<>(kids));
        }
    }

    @Override
    public String toString() {
        return "PushKeys" + new TreeSet<>(ring.verifiers().keySet());
    }
}
