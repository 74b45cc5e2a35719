package io.resourcesync.dragonpass.security;

import java.nio.file.Path;
import java.time.Clock;

/**
 * What proves to DragonPass who calls, in one of the contract's three ways. Safe for use by many
 * threads; their {@code toString()} shows no secret.
 */
public sealed interface ApiCredentials permits SignedCredentials, TokenCache {

    /**
     * The value of the header {@code Authorization} for one call.
     *
     * @return {@code Bearer } and a token
     * @throws TokenUnavailable when there is none now
     */
    String authorization() throws TokenUnavailable;

    /**
     * To be told when the API has answered 401.
     *
     * @param authorization what the call was made with
     * @return true if another call, with what {@link #authorization()} then returns, may fare better; make
     *     one such call, not more
     */
    boolean refused(String authorization);

    /**
     * A JWT of our own for each call, signed with the private key whose public half DragonPass has.
     *
     * @param privateKey a PEM file, PKCS#8 or PKCS#1, not encrypted, 2048 bits or more, that only its owner
     *     and group may read
     * @param issuer the {@code iss} that DragonPass has given
     * @throws UnusableKey when a signature cannot be made with it
     */
    static ApiCredentials rs256(Path privateKey, String issuer, Clock clock) throws UnusableKey {
        return SignedCredentials.rs256(PrivateKeyFile.read(privateKey), issuer, clock);
    }

    /**
     * A JWT of our own for each call, signed with a secret that DragonPass has too: the older way.
     *
     * @param secret 32 bytes or more in UTF-8 (RFC 7518 section 3.2)
     * @param issuer the {@code iss} that DragonPass has given
     * @throws UnusableKey when it is shorter
     */
    static ApiCredentials hs256(String secret, String issuer, Clock clock) throws UnusableKey {
        return SignedCredentials.hs256(secret, issuer, clock);
    }
}
