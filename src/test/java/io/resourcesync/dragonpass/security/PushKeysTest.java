package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSVerifier;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys in a folder or a JWKS file, and what happens when they change. */
class PushKeysTest {

    private static final RsaPair A = RsaPair.generate();
    private static final RsaPair B = RsaPair.generate();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

    private Path folder() throws IOException {
        return Files.createDirectories(temp.resolve("keys"));
    }

    private Path write(String name, String contents) throws IOException {
        return Files.writeString(folder().resolve(name), contents);
    }

    private Path writeJwks(Object... keys) throws IOException {
        return Files.writeString(temp.resolve("jwks.json"), jwks(keys));
    }

    private static String jwks(Object... keys) throws JsonProcessingException {
        return JSON.writeValueAsString(Map.of("keys", List.of(keys)));
    }

    private PushKeys open(Path place) throws UnusableKey {
        return PushKeys.open(place, nanos::get);
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private String refusal(Path place) {
        return assertThatExceptionOfType(UnusableKey.class)
                .isThrownBy(() -> PushKeys.open(place))
                .actual()
                .getMessage();
    }

    // --- Folder ---------------------------------------------------------------------------------

    @Test
    void shouldNameEachKeyAfterItsFile() throws Exception {
        write("2025-a.pem", A.publicPem());
        write("b b.pem", B.pkcs1PublicPem());

        PushKeys keys = PushKeys.open(folder());

        assertThat(keys.keyIds()).containsExactly("2025-a", "b b");
        assertThat(keys.problems()).isEmpty();
    }

    @Test
    void shouldPassOverOtherFiles() throws Exception {
        write("a.pem", A.publicPem());
        write("README.txt", "no key");
        write("b.pem~", B.publicPem());
        write(".b.pem", B.publicPem());
        write(".pem", B.publicPem());
        write("b.PEM", B.publicPem());

        PushKeys keys = open(folder());

        assertThat(keys.keyIds()).containsExactly("a");
        assertThat(keys.problems()).isEmpty();
    }

    @Test
    void shouldUseTheGoodKeysBesideBrokenOnesAndNameThose() throws Exception {
        write("a.pem", A.publicPem());
        write("broken.pem", A.publicPem().substring(0, 200));
        write("private.pem", B.privatePem());
        write("short.pem", RsaPair.generate(1024).publicPem());
        write("huge.pem", "x".repeat(100_000));
        write("n\u00f6.pem", B.publicPem());
        Files.createDirectory(folder().resolve("folder.pem"));
        Files.createSymbolicLink(folder().resolve("dangling.pem"), Path.of("nowhere"));

        PushKeys keys = open(folder());

        assertThat(keys.keyIds()).containsExactly("a");
        assertThat(keys.problems())
                .extracting(KeyProblem::source)
                .containsExactlyInAnyOrder(
                        "broken.pem", "private.pem", "short.pem", "huge.pem", "n?.pem", "folder.pem", "dangling.pem");
    }

    @Test
    void shouldNotReadAKeyThatAKidPointsToOutsideTheFolder() throws Exception {
        write("a.pem", A.publicPem());
        Files.writeString(temp.resolve("outside.pem"), B.publicPem());
        Files.writeString(Files.createDirectory(folder().resolve("sub")).resolve("inside.pem"), B.publicPem());
        PushKeys keys = open(folder());

        assertThat(keys.verifier("../outside")).isEmpty();
        assertThat(keys.verifier(temp.resolve("outside").toString())).isEmpty();
        assertThat(keys.verifier("sub/inside")).isEmpty();
        assertThat(keys.verifier("./a")).isEmpty();
    }

    // --- Start ----------------------------------------------------------------------------------

    @Test
    void shouldRefuseToStartWithoutAFolder() {
        assertThat(refusal(temp.resolve("missing")))
                .contains("no usable public key")
                .contains("missing is not there")
                .contains("<kid>.pem");
    }

    @Test
    void shouldRefuseToStartWithAnEmptyFolder() throws Exception {
        assertThat(refusal(folder())).contains("no file there ends in .pem").contains("<kid>.pem");
    }

    @Test
    void shouldRefuseToStartWithBrokenKeysOnlyAndSayWhatIsWrongWithThem() throws Exception {
        write("a.pem", A.publicPem().substring(0, 200));
        write("b.pem", B.privatePem());

        assertThat(refusal(folder()))
                .contains("a.pem holds a PEM block without its end")
                .contains("b.pem holds a private key")
                .doesNotContain(B.privatePem().substring(100, 120));
    }

    @Test
    void shouldRefuseToStartWithAPemFileInPlaceOfAFolder() throws Exception {
        assertThat(refusal(write("a.pem", A.publicPem()))).contains("is no JWKS file");
    }

    @Test
    void shouldRefuseToStartWithWhatIsNeitherFolderNorFile() {
        assertThat(refusal(Path.of("/dev/null"))).contains("neither a folder nor a file");
    }

    @Test
    void shouldRefuseToStartWithAnEmptyKeySet() throws Exception {
        assertThat(refusal(writeJwks())).contains("no usable public key");
    }

    // --- Changes --------------------------------------------------------------------------------

    @Test
    void shouldAcceptAKeyASecondAfterItWasAdded() throws Exception {
        write("a.pem", A.publicPem());
        PushKeys keys = open(folder());

        write("b.pem", B.publicPem());
        pass(Duration.ofMillis(999));
        assertThat(keys.verifier("b")).isEmpty();
        pass(Duration.ofMillis(1));

        assertThat(keys.verifier("b")).isPresent();
        assertThat(keys.verifier("a")).isPresent();
    }

    @Test
    void shouldNotAcceptAKeyASecondAfterItWasRemoved() throws Exception {
        write("a.pem", A.publicPem());
        Path b = write("b.pem", B.publicPem());
        PushKeys keys = open(folder());

        Files.delete(b);
        pass(Duration.ofSeconds(1));

        assertThat(keys.keyIds()).containsExactly("a");
    }

    @Test
    void shouldNotAcceptAKeyThatWasRemovedWhileNobodyAsked() throws Exception {
        write("a.pem", A.publicPem());
        Path b = write("b.pem", B.publicPem());
        PushKeys keys = open(folder());

        Files.delete(b);
        pass(Duration.ofHours(5));

        assertThat(keys.verifier("b")).isEmpty();
    }

    @Test
    void shouldTakeOverANewKeyUnderAnOldName() throws Exception {
        Path file = write("a.pem", A.publicPem());
        PushKeys keys = open(folder());
        var times = Files.getLastModifiedTime(file);

        write("a.pem", B.publicPem());
        Files.setLastModifiedTime(file, times);
        keys.refresh();

        PushTokenVerifier verifier =
                new PushTokenVerifier(keys, "dragonpass", Duration.ZERO, Duration.ZERO, Clock.systemUTC());
        assertThat(verifier.verify(List.of(TokenBuilder.valid("a", B).build()))).isEqualTo("a");
        assertThatExceptionOfType(TokenRejected.class)
                .isThrownBy(
                        () -> verifier.verify(List.of(TokenBuilder.valid("a", A).build())));
    }

    @Test
    void shouldNotTrustAKeyWhoseFileWasBrokenAndKeepTheOthers() throws Exception {
        write("a.pem", A.publicPem());
        write("b.pem", B.publicPem());
        PushKeys keys = open(folder());

        write("b.pem", B.publicPem().substring(0, 100));
        keys.refresh();
        assertThat(keys.keyIds()).containsExactly("a");
        assertThat(keys.problems()).hasSize(1);

        write("b.pem", B.publicPem());
        keys.refresh();
        assertThat(keys.keyIds()).containsExactly("a", "b");
        assertThat(keys.problems()).isEmpty();
    }

    @Test
    void shouldGoOnWithoutAnyKeyAndTakeTheNextOne() throws Exception {
        Path a = write("a.pem", A.publicPem());
        PushKeys keys = open(folder());

        Files.delete(a);
        Files.delete(folder());
        keys.refresh();
        assertThat(keys.keyIds()).isEmpty();
        assertThat(keys.problems()).hasSize(1);

        write("b.pem", B.publicPem());
        keys.refresh();
        assertThat(keys.keyIds()).containsExactly("b");
    }

    @Test
    void shouldFollowASecretThatKubernetesSwaps() throws Exception {
        Path mount = folder();
        Path first = Files.createDirectory(mount.resolve("..2025_01"));
        Files.writeString(first.resolve("a.pem"), A.publicPem());
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2025_01"));
        Files.createSymbolicLink(mount.resolve("a.pem"), Path.of("..data/a.pem"));
        PushKeys keys = open(mount);
        assertThat(keys.keyIds()).containsExactly("a");

        Path second = Files.createDirectory(mount.resolve("..2025_02"));
        Files.writeString(second.resolve("b.pem"), B.publicPem());
        Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2025_02"));
        moveOver(mount.resolve("..data_tmp"), mount.resolve("..data"));
        Files.createSymbolicLink(mount.resolve("b.pem"), Path.of("..data/b.pem"));
        Files.delete(mount.resolve("a.pem"));
        keys.refresh();

        assertThat(keys.keyIds()).containsExactly("b");
        assertThat(keys.problems()).isEmpty();
    }

    private static void moveOver(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void shouldMakeAVerifierOnceForAsLongAsItsFileStaysTheSame() throws Exception {
        write("a.pem", A.publicPem());
        PushKeys keys = open(folder());
        JWSVerifier verifier = keys.verifier("a").orElseThrow();

        write("b.pem", B.publicPem());
        write("a.pem", A.publicPem());
        keys.refresh();

        assertThat(keys.verifier("a")).containsSame(verifier);
    }

    @Test
    void shouldReadAtMostOnceASecondHoweverOftenItIsAsked() {
        AtomicInteger readings = new AtomicInteger();
        PushKeys keys = new PushKeys(
                ring -> {
                    readings.incrementAndGet();
                    return ring;
                },
                nanos::get);

        for (int i = 0; i < 1000; i++) {
            keys.verifier("unknown" + i);
        }
        pass(Duration.ofMillis(1500));
        for (int i = 0; i < 1000; i++) {
            keys.verifier("unknown" + i);
        }

        assertThat(readings).hasValue(2);
    }

    @Test
    void shouldLetTheOthersGoOnWhileOneReads() throws Exception {
        write("a.pem", A.publicPem());
        Path folder = folder();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        PushKeys keys = new PushKeys(
                ring -> {
                    if (slow.get()) {
                        reading.countDown();
                        uninterruptibly(goOn);
                    }
                    return ring.reread(folder);
                },
                nanos::get);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            slow.set(true);
            pass(Duration.ofSeconds(1));
            threads.submit(() -> keys.verifier("a"));
            reading.await();

            assertThat(keys.verifier("a")).as("while another reads").isPresent();

            pass(Duration.ofSeconds(4));
            Future<?> late = threads.submit(() -> keys.verifier("a"));
            await().during(Duration.ofMillis(50)).until(() -> !late.isDone());
            slow.set(false);
            goOn.countDown();
            late.get();
        } finally {
            goOn.countDown();
            threads.shutdownNow();
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldKeepTheKeysWhenReadingThemFails() throws Exception {
        write("a.pem", A.publicPem());
        Path folder = folder();
        AtomicBoolean failing = new AtomicBoolean();
        PushKeys keys = new PushKeys(
                ring -> {
                    if (failing.get()) {
                        throw new IllegalStateException("broken");
                    }
                    return ring.reread(folder);
                },
                nanos::get);

        failing.set(true);
        keys.refresh();
        assertThat(keys.keyIds()).containsExactly("a");
        assertThat(keys.problems()).hasSize(1);

        failing.set(false);
        keys.refresh();
        assertThat(keys.problems()).isEmpty();
    }

    @Test
    void shouldServeManyThreadsWhileKeysComeAndGo() throws Exception {
        write("a.pem", A.publicPem());
        // Every look at the time is two seconds after the last, so that every lookup reads again.
        PushKeys keys = PushKeys.open(folder(), () -> nanos.addAndGet(2_000_000_000L));
        PushTokenVerifier verifier =
                new PushTokenVerifier(keys, "dragonpass", Duration.ZERO, Duration.ZERO, Clock.systemUTC());
        List<String> ofA = List.of(TokenBuilder.valid("a", A).build());
        List<String> ofB = List.of(TokenBuilder.valid("b", B).build());
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger verified = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(threads.submit(() -> {
                    while (!done.get()) {
                        assertThat(verifier.verify(ofA)).isEqualTo("a");
                        verified.incrementAndGet();
                    }
                    return null;
                }));
            }
            Path b = folder().resolve("b.pem");
            for (int i = 0; i < 50; i++) {
                Files.writeString(b, B.publicPem());
                keys.refresh();
                assertThat(verifier.verify(ofB)).isEqualTo("b");
                Files.delete(b);
                keys.refresh();
                assertThatExceptionOfType(TokenRejected.class).isThrownBy(() -> verifier.verify(ofB));
            }
            await().until(() -> verified.get() > 50);
            done.set(true);
            for (Future<Void> reader : readers) {
                reader.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    // --- JWKS -----------------------------------------------------------------------------------

    @Test
    void shouldReadAJwksFile() throws Exception {
        Map<String, Object> b = B.jwk("kid/with=signs");
        b.put("use", "sig");
        b.put("alg", "RS256");
        b.put("key_ops", List.of("verify"));
        b.put("unknown", 1);

        PushKeys keys = open(writeJwks(A.jwk("a"), b));

        assertThat(keys.keyIds()).containsExactly("a", "kid/with=signs");
        assertThat(keys.problems()).isEmpty();
        PushTokenVerifier verifier =
                new PushTokenVerifier(keys, "dragonpass", Duration.ZERO, Duration.ZERO, Clock.systemUTC());
        verifier.verify(List.of(TokenBuilder.valid("a", A).build()));
        verifier.verify(List.of(TokenBuilder.valid("kid/with=signs", B).build()));
    }

    @Test
    void shouldUseOnlyTheKeysOfASetThatAreMeantForThis() throws Exception {
        PushKeys keys = open(writeJwks(
                A.jwk("a"),
                with(B.jwk("encryption"), "use", "enc"),
                with(B.jwk("other-algorithm"), "alg", "PS256"),
                with(B.jwk("other-operation"), "key_ops", List.of("sign")),
                with(B.jwk("other-type"), "kty", "EC"),
                with(B.jwk("private"), "d", RsaPair.base64Url(B.privateKey().getPrivateExponent())),
                with(B.jwk("prime"), "p", "AQ"),
                Map.of("kty", "oct", "kid", "secret", "k", "c2VjcmV0"),
                with(B.jwk("damaged"), "n", "!!!"),
                with(B.jwk("no-modulus"), "n", 1),
                with(B.jwk("exponent"), "e", "AQ"),
                RsaPair.generate(1024).jwk("short"),
                with(B.jwk("x"), "kid", 7),
                "no key"));

        assertThat(keys.keyIds()).containsExactly("a");
        assertThat(keys.problems()).hasSize(13);
        assertThat(keys.problems().toString())
                .doesNotContain("c2VjcmV0")
                .doesNotContain(
                        RsaPair.base64Url(B.privateKey().getPrivateExponent()).substring(0, 20));
    }

    private static Map<String, Object> with(Map<String, Object> jwk, String member, Object value) {
        jwk.put(member, value);
        return jwk;
    }

    @Test
    void shouldUseNeitherOfTwoKeysWithTheSameKid() throws Exception {
        PushKeys keys = open(writeJwks(A.jwk("a"), A.jwk("twice"), B.jwk("twice"), B.jwk("twice")));

        assertThat(keys.keyIds()).containsExactly("a");
    }

    @Test
    void shouldFollowAJwksFileThatIsReplaced() throws Exception {
        Path file = writeJwks(A.jwk("a"));
        PushKeys keys = open(file);

        Path next = Files.writeString(temp.resolve("next"), jwks(B.jwk("b")));
        moveOver(next, file);
        keys.refresh();

        assertThat(keys.keyIds()).containsExactly("b");
    }

    @Test
    void shouldKeepTheKeysWhileTheJwksFileIsBeingWritten() throws Exception {
        Path file = writeJwks(A.jwk("a"));
        PushKeys keys = open(file);
        JWSVerifier verifier = keys.verifier("a").orElseThrow();
        String next = jwks(A.jwk("a"), B.jwk("b"));

        for (int length = 0; length < next.length(); length += 50) {
            Files.writeString(file, next.substring(0, length));
            keys.refresh();
            assertThat(keys.keyIds()).containsExactly("a");
            assertThat(keys.problems()).hasSize(1);
        }
        writeJwks(A.jwk("a"));
        keys.refresh();
        assertThat(keys.verifier("a")).containsSame(verifier);
        assertThat(keys.problems()).isEmpty();
    }

    @Test
    void shouldKeepTheKeysWhenTheJwksFileBecomesSomethingElse() throws Exception {
        Path file = writeJwks(A.jwk("a"));
        PushKeys keys = open(file);

        for (String contents :
                List.of("[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", " ".repeat(1_048_577))) {
            Files.writeString(file, contents);
            keys.refresh();
            assertThat(keys.keyIds()).containsExactly("a");
            assertThat(keys.problems()).hasSize(1);
        }
    }

    @Test
    void shouldNotTrustTheKeysOfAJwksFileThatIsGoneOrEmptied() throws Exception {
        Path file = writeJwks(A.jwk("a"));
        PushKeys keys = open(file);

        writeJwks();
        keys.refresh();
        assertThat(keys.keyIds()).isEmpty();

        writeJwks(A.jwk("a"));
        keys.refresh();
        Files.delete(file);
        keys.refresh();
        assertThat(keys.keyIds()).isEmpty();
    }
}
