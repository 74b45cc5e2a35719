package io.resourcesync.dragonpass.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token that {@code POST /v2/auth/token} has issued, for as long as it is good: fetched when it is
 * first needed, renewed before it expires and after a 401, by one request at a time however many
 * batches wait for it.
 *
 * <p>A request that failed is not made again at once: everybody is told of the failure for a second,
 * then for two, up to half a minute, or for as long as the API asks. The same holds when one token
 * after another is refused just after it was issued.
 */
public final class TokenCache implements ApiCredentials {

    private static final String SCHEME = "Bearer ";

    /** Renewed this long before it expires, or in the last fifth of a shorter validity. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private static final int SHORTEST_PAUSE_SECONDS = 1;
    private static final int LONGEST_PAUSE_SECONDS = 30;

    /** A token refused within this time was most likely never good. */
    private static final Duration TRIAL = Duration.ofMinutes(1);

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private final Callable<FetchedToken> fetch;
    private final Clock clock;
    private final Duration longestWait;

    private final AtomicReference<Held> held = new AtomicReference<>();
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile Pause pause = Pause.NONE;
    private volatile int failuresInRow;
    private volatile int refusalsInRow;

    /**
     * @param fetch makes one request, with time limits of its own. The message of a
     *     {@link TokenUnavailable} that it throws is passed on; of another exception only its type, as its
     *     message could show the request
     */
    public TokenCache(Callable<FetchedToken> fetch, Clock clock) {
        this(fetch, clock, LONGEST_WAIT);
    }

    TokenCache(Callable<FetchedToken> fetch, Clock clock, Duration longestWait) {
        this.fetch = fetch;
        this.clock = clock;
        this.longestWait = longestWait;
    }

    @Override
    public String authorization() throws TokenUnavailable {
        Held token = held.get();
        Instant now = clock.instant();
        if (token != null && now.isBefore(token.renewAt)) {
            return token.authorization;
        }
        if (token == null || !now.isBefore(token.expiresAt)) {
            awaitTurn();
        } else if (!fetching.tryLock()) {
            // Somebody else renews it; it lasts until then.
            return token.authorization;
        }
        try {
            return renewed();
        } finally {
            fetching.unlock();
        }
    }

    private void awaitTurn() throws TokenUnavailable {
        try {
            if (!fetching.tryLock(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TokenUnavailable("the token request of another call has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenUnavailable("interrupted while waiting for a token");
        }
    }

    private String renewed() throws TokenUnavailable {
        Held token = held.get();
        Instant now = clock.instant();
        if (token != null && now.isBefore(token.renewAt)) {
            return token.authorization;
        }
        TokenUnavailable failure;
        if (pause.lastsAt(now)) {
            failure = pause.failureAt(now);
        } else {
            try {
                return hold(fetch.call(), now);
            } catch (TokenUnavailable e) {
                failure = failed(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TokenUnavailable("interrupted while a token was requested");
            } catch (Exception e) {
                failure = failed(new TokenUnavailable(
                        "the token request failed: " + e.getClass().getSimpleName()));
            }
        }
        token = held.get();
        if (token != null && now.isBefore(token.expiresAt)) {
            return token.authorization;
        }
        throw failure;
    }

    /**
     * @param askedAt the validity counts from before the request: its answer took an unknown part of it
     */
    private String hold(FetchedToken token, Instant askedAt) {
        Instant expiresAt = askedAt.plus(token.validity());
        Duration fifth = token.validity().dividedBy(5);
        Instant renewAt = expiresAt.minus(fifth.compareTo(MARGIN) < 0 ? fifth : MARGIN);
        Held fresh = new Held(SCHEME + token.value(), askedAt, renewAt, expiresAt);
        held.set(fresh);
        failuresInRow = 0;
        pause = Pause.NONE;
        return fresh.authorization;
    }

    private TokenUnavailable failed(TokenUnavailable e) {
        failuresInRow = failuresInRow + 1;
        Duration length = pauseAfter(failuresInRow);
        if (length.compareTo(e.retryAfter()) < 0) {
            length = e.retryAfter();
        }
        pause = new Pause(clock.instant(), length, e.getMessage());
        return new TokenUnavailable(e.getMessage(), length);
    }

    /** A hundred calls may have been refused with one token; it is given up once. */
    @Override
    public boolean refused(String authorization) {
        Held token = held.get();
        if (token == null || !token.authorization.equals(authorization) || !held.compareAndSet(token, null)) {
            return true;
        }
        Instant now = clock.instant();
        boolean early = now.isBefore(token.askedAt.plus(TRIAL));
        refusalsInRow = early ? refusalsInRow + 1 : 1;
        if (refusalsInRow > 1) {
            pause = new Pause(
                    now, pauseAfter(refusalsInRow - 1), "the API refuses the tokens that it has only just issued");
        }
        return true;
    }

    private static Duration pauseAfter(int times) {
        int doublings = Math.min(times - 1, 10);
        return Duration.ofSeconds(Math.min(SHORTEST_PAUSE_SECONDS << doublings, LONGEST_PAUSE_SECONDS));
    }

    @Override
    public String toString() {
        Held token = held.get();
        return "TokenCache[" + (token == null ? "empty" : "expires " + token.expiresAt) + "]";
    }

    private record Held(String authorization, Instant askedAt, Instant renewAt, Instant expiresAt) {

        @Override
        public String toString() {
            return "Held[expires " + expiresAt + "]";
        }
    }

    /** A time in which the API is not asked. A clock that jumps back ends it. */
    private record Pause(Instant from, Duration length, String reason) {

        static final Pause NONE = new Pause(Instant.MAX, Duration.ZERO, "");

        boolean lastsAt(Instant now) {
            return !now.isBefore(from) && now.isBefore(from.plus(length));
        }

        TokenUnavailable failureAt(Instant now) {
            return new TokenUnavailable(reason, Duration.between(now, from.plus(length)));
        }
    }
}
