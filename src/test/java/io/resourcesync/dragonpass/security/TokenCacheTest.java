package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.MutableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the token is fetched, and how seldom. */
class TokenCacheTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final MutableClock clock = new MutableClock(Instant.parse("2025-10-28T01:00:00Z"));
    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final TokenCache cache = new TokenCache(this::fetch, clock);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private FetchedToken fetch() throws Exception {
        int number = fetches.incrementAndGet();
        if (failure.get() != null) {
            throw failure.get();
        }
        return new FetchedToken("token-" + number, HOUR);
    }

    private String failureOf(TokenCache failing) {
        return assertThatExceptionOfType(TokenUnavailable.class)
                .isThrownBy(failing::authorization)
                .withNoCause()
                .actual()
                .getMessage();
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    // --- Validity -------------------------------------------------------------------------------

    @Test
    void shouldFetchATokenWhenItIsFirstNeededAndKeepIt() throws Exception {
        assertThat(fetches).hasValue(0);

        assertThat(cache.authorization()).isEqualTo("Bearer token-1");
        clock.advance(Duration.ofMinutes(54));
        assertThat(cache.authorization()).isEqualTo("Bearer token-1");
    }

    @Test
    void shouldRenewATokenBeforeItExpires() throws Exception {
        cache.authorization();

        clock.advance(Duration.ofMinutes(55));

        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldRenewAShortTokenInItsLastFifth() throws Exception {
        TokenCache shortLived =
                new TokenCache(() -> new FetchedToken("t" + fetches.incrementAndGet(), Duration.ofSeconds(50)), clock);
        shortLived.authorization();

        clock.advance(Duration.ofSeconds(39));
        assertThat(shortLived.authorization()).isEqualTo("Bearer t1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(shortLived.authorization()).isEqualTo("Bearer t2");
    }

    @Test
    void shouldCountTheValidityFromBeforeTheRequest() throws Exception {
        TokenCache slow = new TokenCache(
                () -> {
                    clock.advance(Duration.ofMinutes(1));
                    return new FetchedToken("t" + fetches.incrementAndGet(), HOUR);
                },
                clock);
        slow.authorization();

        clock.advance(Duration.ofMinutes(54));

        assertThat(slow.authorization()).isEqualTo("Bearer t2");
    }

    @Test
    void shouldGoOnWithATokenThatIsStillGoodWhenRenewingItFails() throws Exception {
        cache.authorization();
        failure.set(new IOException());

        clock.advance(Duration.ofMinutes(56));
        assertThat(cache.authorization()).isEqualTo("Bearer token-1");

        clock.advance(Duration.ofMinutes(4));
        assertThat(failureOf(cache)).contains("IOException");
    }

    // --- One request at a time --------------------------------------------------------------------

    @Test
    void shouldMakeOneRequestHoweverManyWait() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        TokenCache slow = new TokenCache(
                () -> {
                    answer.await();
                    return fetch();
                },
                clock);

        List<Future<String>> calls = waiting(100, slow::authorization);
        answer.countDown();

        assertThat(results(calls)).containsExactly("Bearer token-1");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void shouldTellEverybodyWhoWaitsOfOneFailure() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        TokenCache slow = new TokenCache(
                () -> {
                    answer.await();
                    fetches.incrementAndGet();
                    throw new IOException();
                },
                clock);

        List<Future<String>> calls = waiting(100, () -> failureOf(slow));
        answer.countDown();

        assertThat(results(calls)).containsExactly("the token request failed: IOException");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void shouldLetTheOthersGoOnWithATokenThatIsStillGoodWhileOneRenewsIt() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        TokenCache slow = new TokenCache(
                () -> {
                    if (fetches.get() == 1) {
                        requested.countDown();
                        answer.await();
                    }
                    return fetch();
                },
                clock);
        slow.authorization();
        clock.advance(Duration.ofMinutes(56));

        Future<String> renewing = threads.submit(slow::authorization);
        requested.await();
        assertThat(slow.authorization()).isEqualTo("Bearer token-1");
        answer.countDown();

        assertThat(renewing.get()).isEqualTo("Bearer token-2");
        assertThat(slow.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldRenewOnceWhenAHundredCallsAreRefused() throws Exception {
        String refused = cache.authorization();
        CountDownLatch together = new CountDownLatch(1);

        List<Future<String>> calls = waiting(100, () -> {
            together.await();
            assertThat(cache.refused(refused)).isTrue();
            return cache.authorization();
        });
        together.countDown();

        assertThat(results(calls)).containsExactly("Bearer token-2");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void shouldNotWaitForEverForTheRequestOfAnother() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        TokenCache stuck = new TokenCache(
                () -> {
                    requested.countDown();
                    never.await();
                    return fetch();
                },
                clock,
                Duration.ofMillis(1));
        threads.submit(stuck::authorization);
        requested.await();

        assertThat(failureOf(stuck)).contains("has not ended");
    }

    @Test
    void shouldStopWaitingWhenInterrupted() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        TokenCache stuck = new TokenCache(
                () -> {
                    requested.countDown();
                    never.await();
                    return fetch();
                },
                clock);
        threads.submit(stuck::authorization);
        requested.await();

        Thread.currentThread().interrupt();

        assertThat(failureOf(stuck)).contains("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    // --- Refused ----------------------------------------------------------------------------------

    @Test
    void shouldRenewATokenThatWasRefusedAtOnce() throws Exception {
        String refused = cache.authorization();

        assertThat(cache.refused(refused)).isTrue();

        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldKeepTheNewTokenWhenTheOldOneIsReportedLate() throws Exception {
        String first = cache.authorization();
        cache.refused(first);
        cache.authorization();

        assertThat(cache.refused(first)).isTrue();

        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldPauseWhenOneTokenAfterAnotherIsRefused() throws Exception {
        cache.refused(cache.authorization());
        cache.refused(cache.authorization());

        assertThat(failureOf(cache)).contains("only just issued");
        clock.advance(Duration.ofSeconds(1));
        cache.refused(cache.authorization());
        clock.advance(Duration.ofSeconds(1));
        assertThat(failureOf(cache)).contains("only just issued");
        clock.advance(Duration.ofSeconds(1));
        assertThat(cache.authorization()).isEqualTo("Bearer token-4");
    }

    @Test
    void shouldNotPauseWhenATokenIsRefusedThatWasGoodForAWhile() throws Exception {
        for (int i = 1; i < 5; i++) {
            assertThat(cache.authorization()).isEqualTo("Bearer token-" + i);
            clock.advance(Duration.ofMinutes(1));
            cache.refused("Bearer token-" + i);
        }
    }

    @Test
    void shouldNotBringBackARefusedTokenWhenRenewingItFails() throws Exception {
        String refused = cache.authorization();
        failure.set(new IOException());

        cache.refused(refused);

        assertThat(failureOf(cache)).contains("IOException");
    }

    // --- Failures ---------------------------------------------------------------------------------

    @Test
    void shouldNotRepeatAFailedRequestAtOnceButSoon() throws Exception {
        failure.set(new IOException());
        failureOf(cache);
        failureOf(cache);
        clock.advance(Duration.ofMillis(999));
        failureOf(cache);
        assertThat(fetches).hasValue(1);

        failure.set(null);
        clock.advance(Duration.ofMillis(1));

        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldDoubleThePauseUpToHalfAMinute() {
        failure.set(new IOException());
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            pauses.add(assertThatExceptionOfType(TokenUnavailable.class)
                    .isThrownBy(cache::authorization)
                    .actual()
                    .retryAfter()
                    .toSeconds());
            clock.advance(Duration.ofSeconds(30));
        }

        assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
        assertThat(fetches).hasValue(8);
    }

    @Test
    void shouldLeaveTheApiAloneForAsLongAsItAsks() throws Exception {
        failure.set(new TokenUnavailable("the token request was answered HTTP 429", Duration.ofSeconds(90)));
        failureOf(cache);
        failure.set(null);

        clock.advance(Duration.ofSeconds(89));
        assertThat(failureOf(cache)).contains("HTTP 429");
        clock.advance(Duration.ofSeconds(1));
        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldForgetEarlierFailuresAfterASuccess() throws Exception {
        failure.set(new IOException());
        for (int i = 0; i < 5; i++) {
            failureOf(cache);
            clock.advance(Duration.ofMinutes(1));
        }
        failure.set(null);
        cache.authorization();
        failure.set(new IOException());
        clock.advance(HOUR);
        failureOf(cache);

        clock.advance(Duration.ofSeconds(1));
        failure.set(null);

        assertThat(cache.authorization()).isEqualTo("Bearer token-8");
    }

    @Test
    void shouldEndAPauseWhenTheClockJumpsBack() throws Exception {
        failure.set(new IOException());
        failureOf(cache);
        failure.set(null);

        clock.advance(Duration.ofHours(-5));

        assertThat(cache.authorization()).isEqualTo("Bearer token-2");
    }

    @Test
    void shouldTakeAnAnswerWithoutATokenForAFailure() {
        TokenCache empty = new TokenCache(() -> null, clock);

        assertThat(failureOf(empty)).contains("NullPointerException");
    }

    // --- Secrets ----------------------------------------------------------------------------------

    @Test
    void shouldShowNeitherTheTokenNorWhatAnExceptionSays() throws Exception {
        cache.authorization();
        assertThat(cache.toString()).doesNotContain("token-1");

        failure.set(new IOException("POST {\"secret\":\"abc\"} failed"));
        clock.advance(HOUR);
        assertThat(failureOf(cache)).doesNotContain("abc");
    }

    /** Calls on threads of their own, each of them waiting for something. */
    private <T> List<Future<T>> waiting(int count, Callable<T> call) {
        Set<Thread> started = ConcurrentHashMap.newKeySet();
        List<Future<T>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(threads.submit(() -> {
                started.add(Thread.currentThread());
                return call.call();
            }));
        }
        await().until(() -> started.size() == count && started.stream().allMatch(TokenCacheTest::isWaiting));
        return calls;
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static <T> Set<T> results(List<Future<T>> calls) throws Exception {
        Set<T> results = new HashSet<>();
        for (Future<T> call : calls) {
            results.add(call.get());
        }
        return results;
    }
}
