package io.resourcesync.dragonpass.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import io.resourcesync.dragonpass.security.TokenRejected.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a push comes from DragonPass: it carries a JWT, signed with RS256 by one of the
 * known keys, whose issuer is DragonPass and whose times, where it has any, fit.
 *
 * <p>The contract says that much; what it leaves open is decided for the stricter side. The token's
 * header only selects one of our keys, by {@code kid}, which is required: it decides neither the
 * algorithm nor the key (RFC 8725 sections 3.1 and 3.10). No claim is looked at before the signature
 * is verified. Claims that the contract does not name, as {@code aud}, are not looked at, and no
 * {@code jti} is remembered: a sender that tries again may do so with the token it used before, and
 * what a copied token brings a second time is a duplicate. Safe for use by many threads.
 */
public final class PushTokenVerifier {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.security");

    /** A token with a signature of 4096 bits and the contract's claims takes 900 characters. */
    private static final int MAX_LENGTH = 8192;

    private static final String SCHEME = "Bearer";
    private static final String ALGORITHM = "RS256";

    /** Our own, not the token's: whatever the token says, this is how its signature is verified. */
    private static final JWSHeader RS256 = new JWSHeader(JWSAlgorithm.RS256);

    private static final Set<String> EMBEDDED_KEYS = Set.of("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256");
    private static final Set<String> EXTENSIONS = Set.of("crit", "b64", "zip", "enc");

    /** The end of the year 9999. A number beyond it is in milliseconds, or an attempt at an overflow. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    private final Function<String, Optional<JWSVerifier>> verifiers;
    private final String issuer;
    private final double skewSeconds;
    private final Duration maxAge;
    private final Clock clock;

    /**
     * @param issuer what the claim {@code iss} must be
     * @param clockSkew by how much the sender's clock may differ from ours
     * @param maxAge how long after its {@code iat} a token is accepted; zero: for ever, or until its {@code exp}
     */
    public PushTokenVerifier(PushKeys keys, String issuer, Duration clockSkew, Duration maxAge, Clock clock) {
        this(keys::verifier, issuer, clockSkew, maxAge, clock);
    }

    PushTokenVerifier(
            Function<String, Optional<JWSVerifier>> verifiers,
            String issuer,
            Duration clockSkew,
            Duration maxAge,
            Clock clock) {
        this.verifiers = verifiers;
        this.issuer = issuer;
        this.skewSeconds = seconds(clockSkew);
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /**
     * Verifies the token of a push.
     *
     * @param headerValues every value of the header that carries the token, each with or without
     *     {@code Bearer } before it; null and none are the same
     * @return the kid of the key that signed it
     * @throws TokenRejected in every other case, also when the check itself fails
     */
    public String verify(List<String> headerValues) throws TokenRejected {
        try {
            return check(token(headerValues));
        } catch (JOSEException | RuntimeException e) {
            // Its message may quote the token.
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "A token was rejected because its check failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            throw new TokenRejected(Reason.CHECK_FAILED);
        }
    }

    private static String token(List<String> headerValues) throws TokenRejected {
        if (headerValues == null || headerValues.isEmpty()) {
            throw new TokenRejected(Reason.NO_TOKEN);
        }
        if (headerValues.size() > 1) {
            throw new TokenRejected(Reason.SEVERAL_TOKENS);
        }
        String value = headerValues.get(0);
        String token = value == null ? "" : withoutScheme(value.strip());
        if (token.isEmpty()) {
            throw new TokenRejected(Reason.NO_TOKEN);
        }
        if (token.length() > MAX_LENGTH) {
            throw new TokenRejected(Reason.TOO_LARGE);
        }
        if (token.indexOf(',') >= 0) {
            throw new TokenRejected(Reason.SEVERAL_TOKENS);
        }
        return token;
    }

    private static String withoutScheme(String value) {
        boolean hasScheme = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && (value.length() == SCHEME.length() || value.charAt(SCHEME.length()) == ' ');
        return hasScheme ? value.substring(SCHEME.length()).strip() : value;
    }

    private String check(String token) throws TokenRejected, JOSEException {
        // The library's own decoder passes over what is not Base64URL, so that many tokens would be one.
        if (!isCompact(token)) {
            throw new TokenRejected(Reason.MALFORMED);
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw new TokenRejected(parts.length == 5 ? Reason.ENCRYPTED : Reason.MALFORMED);
        }
        String kid = keyId(object(parts[0]).orElseThrow(() -> new TokenRejected(Reason.MALFORMED)));
        JWSVerifier verifier = verifiers.apply(kid).orElseThrow(() -> new TokenRejected(Reason.UNKNOWN_KEY, kid));
        byte[] signed = token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        if (!verifier.verify(RS256, signed, new Base64URL(parts[2]))) {
            throw new TokenRejected(Reason.SIGNATURE, kid);
        }
        checkClaims(object(parts[1]).orElseThrow(() -> new TokenRejected(Reason.CLAIMS, kid)), kid);
        return kid;
    }

    private static boolean isCompact(String token) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c != '.' && !isBase64Url(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64Url(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static Optional<JsonNode> object(String part) {
        try {
            return Json.object(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String keyId(JsonNode header) throws TokenRejected {
        String kid = header.path("kid").textValue();
        String named = KeyId.isValid(kid) ? kid : null;
        if (!ALGORITHM.equals(header.path("alg").textValue())) {
            throw new TokenRejected(Reason.ALGORITHM, named);
        }
        if (EMBEDDED_KEYS.stream().anyMatch(header::has)) {
            throw new TokenRejected(Reason.EMBEDDED_KEY, named);
        }
        if (EXTENSIONS.stream().anyMatch(header::has)) {
            throw new TokenRejected(Reason.EXTENSION, named);
        }
        if (header.has("typ") && !"JWT".equalsIgnoreCase(header.get("typ").textValue())) {
            throw new TokenRejected(Reason.TYPE, named);
        }
        if (named == null) {
            throw new TokenRejected(Reason.KEY_ID);
        }
        return named;
    }

    private void checkClaims(JsonNode claims, String kid) throws TokenRejected {
        if (!issuer.equals(claims.path("iss").textValue())) {
            throw new TokenRejected(Reason.ISSUER, kid);
        }
        OptionalDouble expires = time(claims, "exp", kid);
        OptionalDouble notBefore = time(claims, "nbf", kid);
        OptionalDouble issued = time(claims, "iat", kid);
        Instant instant = clock.instant();
        double now = instant.getEpochSecond() + instant.getNano() / 1e9;
        if (expires.isPresent() && now >= expires.getAsDouble() + skewSeconds) {
            throw new TokenRejected(Reason.EXPIRED, kid);
        }
        if (notBefore.isPresent() && now < notBefore.getAsDouble() - skewSeconds) {
            throw new TokenRejected(Reason.NOT_YET_VALID, kid);
        }
        if (issued.isPresent() && now < issued.getAsDouble() - skewSeconds) {
            throw new TokenRejected(Reason.ISSUED_IN_FUTURE, kid);
        }
        if (issued.isPresent() && !maxAge.isZero() && now > issued.getAsDouble() + seconds(maxAge) + skewSeconds) {
            throw new TokenRejected(Reason.TOO_OLD, kid);
        }
    }

    /** A NumericDate (RFC 7519 section 2): seconds since 1970, fractions allowed. */
    private static OptionalDouble time(JsonNode claims, String name, String kid) throws TokenRejected {
        if (!claims.has(name)) {
            return OptionalDouble.empty();
        }
        JsonNode claim = claims.get(name);
        double time = claim.isNumber() ? claim.doubleValue() : Double.NaN;
        if (!(time >= 0 && time <= LAST_SECOND)) {
            throw new TokenRejected(Reason.CLAIMS, kid);
        }
        return OptionalDouble.of(time);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
