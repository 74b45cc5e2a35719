package io.resourcesync.dragonpass.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;

/**
 * A JWT with the two claims of the contract, {@code iss} and {@code exp}, signed afresh for each call:
 * calls are few, a signature takes a millisecond or two, and nothing can go stale.
 */
final class SignedCredentials implements ApiCredentials {

    /** Long enough for clocks minutes apart, short enough for a token that leaks. */
    private static final Duration VALIDITY = Duration.ofMinutes(5);

    private static final int MIN_SECRET_BYTES = 32;

    private final JWSSigner signer;
    private final JWSHeader header;
    private final String issuer;
    private final Clock clock;

    private SignedCredentials(JWSSigner signer, JWSAlgorithm algorithm, String issuer, Clock clock) throws UnusableKey {
        this.signer = signer;
        this.header = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).build();
        this.issuer = issuer;
        this.clock = clock;
        try {
            authorization();
        } catch (TokenUnavailable e) {
            throw new UnusableKey("the key cannot sign: make a new key pair");
        }
    }

    static SignedCredentials rs256(RSAPrivateKey key, String issuer, Clock clock) throws UnusableKey {
        return new SignedCredentials(new RSASSASigner(key), JWSAlgorithm.RS256, issuer, clock);
    }

    static SignedCredentials hs256(String secret, String issuer, Clock clock) throws UnusableKey {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_SECRET_BYTES) {
            throw new UnusableKey("the secret has " + bytes.length + " bytes: HS256 needs at least " + MIN_SECRET_BYTES
                    + ", ask DragonPass for a longer one");
        }
        try {
            return new SignedCredentials(new MACSigner(bytes), JWSAlgorithm.HS256, issuer, clock);
        } catch (JOSEException e) {
            throw new UnusableKey("the secret cannot be used for HS256: ask DragonPass for another");
        }
    }

    @Override
    public String authorization() throws TokenUnavailable {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .expirationTime(Date.from(clock.instant().plus(VALIDITY)))
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(signer);
        } catch (JOSEException | RuntimeException e) {
            throw new TokenUnavailable(
                    "the call could not be signed: " + e.getClass().getSimpleName());
        }
        return "Bearer " + token.serialize();
    }

    /** A new token would say the same. */
    @Override
    public boolean refused(String authorization) {
        return false;
    }

    @Override
    public String toString() {
        return "SignedCredentials[" + header.getAlgorithm() + "]";
    }
}
