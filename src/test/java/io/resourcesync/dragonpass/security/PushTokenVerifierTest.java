package io.resourcesync.dragonpass.security;

import static io.resourcesync.dragonpass.testing.TokenBuilder.base64Url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.resourcesync.dragonpass.security.TokenRejected.Reason;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens prove that a push comes from DragonPass, and that no other does. */
class PushTokenVerifierTest {

    private static final RsaPair OLD = RsaPair.generate();
    private static final RsaPair NEW = RsaPair.generate();
    private static final RsaPair STRANGER = RsaPair.generate();
    private static final Instant NOW = Instant.parse("2025-10-28T01:00:00Z");
    private static final Duration SKEW = Duration.ofSeconds(60);
    private static final Map<String, JWSVerifier> KEYS =
            Map.of("old", new RSASSAVerifier(OLD.publicKey()), "new", new RSASSAVerifier(NEW.publicKey()));

    private final PushTokenVerifier verifier = verifier(kid -> Optional.ofNullable(KEYS.get(kid)), Duration.ZERO);

    private static PushTokenVerifier verifier(Function<String, Optional<JWSVerifier>> keys, Duration maxAge) {
        return new PushTokenVerifier(keys, "dragonpass", SKEW, maxAge, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static TokenBuilder valid() {
        return TokenBuilder.valid("new", NEW);
    }

    private String verify(String... headerValues) throws TokenRejected {
        return verifier.verify(Arrays.asList(headerValues));
    }

    private Reason rejection(String... headerValues) {
        TokenRejected rejected = catchThrowableOfType(TokenRejected.class, () -> verify(headerValues));
        assertThat(rejected).as("a rejection").isNotNull();
        return rejected.reason();
    }

    private Reason rejection(TokenBuilder token) {
        return rejection(token.build());
    }

    // --- Accepted -----------------------------------------------------------------------------

    @Test
    void shouldAcceptATokenMadeByAnotherLibraryCall() throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("new").build(),
                new JWTClaimsSet.Builder().issuer("dragonpass").build());
        token.sign(new RSASSASigner(NEW.privateKey()));

        assertThat(verify("Bearer " + token.serialize())).isEqualTo("new");
    }

    @Test
    void shouldAcceptEachOfTwoActiveKeys() throws Exception {
        assertThat(verify(TokenBuilder.valid("old", OLD).build())).isEqualTo("old");
        assertThat(verify(TokenBuilder.valid("new", NEW).build())).isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "bearer ", "BEARER   ", "  Bearer "})
    void shouldTakeOffTheScheme(String before) throws Exception {
        assertThat(verify(before + valid().build())).isEqualTo("new");
    }

    @Test
    void shouldAcceptTimesThatFit() throws Exception {
        String token = valid().withTime("exp", NOW.plusSeconds(1))
                .withTime("nbf", NOW)
                .withTime("iat", NOW)
                .build();

        assertThat(verify(token)).isEqualTo("new");
    }

    @Test
    void shouldAllowForClockSkew() throws Exception {
        verify(valid().withTime("exp", NOW.minusSeconds(59)).build());
        verify(valid().withTime("nbf", NOW.plusSeconds(60)).build());
        verify(valid().withTime("iat", NOW.plusSeconds(60)).build());
    }

    @Test
    void shouldAcceptTimesInFractionsOfSeconds() throws Exception {
        verify(valid().withClaim("exp", NOW.getEpochSecond() + 0.5).build());
    }

    @Test
    void shouldCompareFractionsOfSeconds() throws Exception {
        Clock halfPast = Clock.fixed(NOW.plusMillis(500), ZoneOffset.UTC);
        PushTokenVerifier exact = new PushTokenVerifier(
                kid -> Optional.ofNullable(KEYS.get(kid)), "dragonpass", Duration.ZERO, Duration.ZERO, halfPast);

        exact.verify(
                List.of(valid().withClaim("exp", NOW.getEpochSecond() + 0.75).build()));
        assertThatExceptionOfType(TokenRejected.class)
                .isThrownBy(() -> exact.verify(List.of(
                        valid().withClaim("exp", NOW.getEpochSecond() + 0.25).build())));
    }

    @Test
    void shouldIgnoreWhatTheContractDoesNotName() throws Exception {
        String token = valid().withHeader("typ", "JWT")
                .withHeader("unknown", Map.of("a", 1))
                .withClaim("aud", List.of("somebody"))
                .withClaim("jti", "1")
                .withClaim("sub", null)
                .build();

        assertThat(verify(token)).isEqualTo("new");
    }

    @Test
    void shouldAcceptATokenAsLongAsItsMaximumAgeLasts() throws Exception {
        PushTokenVerifier limited = verifier(kid -> Optional.ofNullable(KEYS.get(kid)), Duration.ofMinutes(5));

        limited.verify(List.of(valid().withTime("iat", NOW.minusSeconds(360)).build()));
        limited.verify(List.of(valid().build()));
    }

    // --- No token, several, or something else ---------------------------------------------------

    @Test
    void shouldRejectAMissingHeader() {
        assertThat(rejection()).isEqualTo(Reason.NO_TOKEN);
        assertThat(rejection((String) null)).isEqualTo(Reason.NO_TOKEN);
        assertThatExceptionOfType(TokenRejected.class).isThrownBy(() -> verifier.verify(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Bearer", "Bearer "})
    void shouldRejectAnEmptyHeader(String value) {
        assertThat(rejection(value)).isEqualTo(Reason.NO_TOKEN);
    }

    @Test
    void shouldRejectTwoHeaders() {
        assertThat(rejection(valid().build(), valid().build())).isEqualTo(Reason.SEVERAL_TOKENS);
    }

    @Test
    void shouldRejectAHeaderBesideAnEmptyOne() {
        assertThat(rejection("", valid().build())).isEqualTo(Reason.SEVERAL_TOKENS);
    }

    @Test
    void shouldRejectTwoTokensInOneHeader() {
        String token = valid().build();

        assertThat(rejection(token + "," + token)).isEqualTo(Reason.SEVERAL_TOKENS);
        assertThat(rejection("Bearer " + token + ", Bearer " + token)).isEqualTo(Reason.SEVERAL_TOKENS);
        assertThat(rejection(token + " " + token)).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAnOversizedToken() {
        assertThat(rejection(valid().withClaim("filler", "x".repeat(8192)))).isEqualTo(Reason.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic ZHJhZ29ucGFzczpkcmFnb25wYXNz",
                "x",
                ".",
                "..",
                "...",
                "a.b",
                "a.b.c.d",
                "e30.e30.e30=",
                "%2e%2e.%2e.%2e",
                "\u00e9.\u00e9.\u00e9",
                "bnVsbA.e30.AA",
                "W10.e30.AA",
                "A.e30.AA"
            })
    void shouldRejectWhatIsNoToken(String value) {
        assertThat(rejection(value)).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAHeaderThatIsNoJsonObject() {
        assertThat(rejection(valid().rawHeader("{\"alg\":\"RS256\",\"kid\":\"new\"")))
                .isEqualTo(Reason.MALFORMED);
        assertThat(rejection(valid().rawHeader("\"RS256\""))).isEqualTo(Reason.MALFORMED);
        assertThat(rejection(valid().rawHeader("{\"alg\":\"RS256\",\"kid\":\"new\"} {}")))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAHeaderNestedDeeply() {
        String deep = "[".repeat(2000) + "]".repeat(2000);

        assertThat(rejection(valid().rawHeader("{\"alg\":\"RS256\",\"kid\":\"new\",\"x\":" + deep + "}")))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAHeaderInAnotherEncoding() {
        byte[] utf16 = "{\"alg\":\"RS256\",\"kid\":\"new\"}".getBytes(StandardCharsets.UTF_16BE);
        String token = valid().build();

        assertThat(rejection(base64Url(utf16) + token.substring(token.indexOf('.'))))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAMemberOfTheHeaderThatIsThereTwice() {
        assertThat(rejection(valid().rawHeader("{\"alg\":\"RS256\",\"kid\":\"old\",\"kid\":\"new\"}")))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectAnEncryptedTokenEvenWithASignedOneInside() throws Exception {
        JWEObject token = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                        .keyID("new")
                        .contentType("JWT")
                        .build(),
                new Payload(valid().build()));
        token.encrypt(new RSAEncrypter(NEW.publicKey()));

        assertThat(rejection(token.serialize())).isEqualTo(Reason.ENCRYPTED);
    }

    @Test
    void shouldRejectASignedTokenWithATokenInside() {
        assertThat(rejection(valid().withHeader("cty", "JWT").rawClaims(valid().build())))
                .isEqualTo(Reason.CLAIMS);
    }

    // --- Algorithm ------------------------------------------------------------------------------

    @Test
    void shouldRejectAlgorithmNone() {
        String unsigned =
                new PlainJWT(new JWTClaimsSet.Builder().issuer("dragonpass").build()).serialize();

        assertThat(rejection(unsigned)).isEqualTo(Reason.ALGORITHM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "nOnE", "NONE", "", "rs256", "RS256 ", "HS256", "RS384", "PS256", "ES256"})
    void shouldRejectAnotherAlgorithmInTheHeaderWhateverTheSignature(String algorithm) {
        TokenBuilder token = valid().withHeader("alg", algorithm);

        assertThat(rejection(token)).isEqualTo(Reason.ALGORITHM);
        assertThat(rejection(token.unsigned() + ".")).isEqualTo(Reason.ALGORITHM);
    }

    @Test
    void shouldRejectAMissingAlgorithm() {
        assertThat(rejection(valid().withoutHeader("alg"))).isEqualTo(Reason.ALGORITHM);
    }

    @Test
    void shouldRejectAnAlgorithmThatIsNoText() {
        assertThat(rejection(valid().withHeader("alg", List.of("RS256")))).isEqualTo(Reason.ALGORITHM);
    }

    @Test
    void shouldRejectHs256WithThePublicKeyAsTheSecret() throws Exception {
        byte[] pem = NEW.publicPem().getBytes(StandardCharsets.US_ASCII);
        byte[] der = NEW.publicKey().getEncoded();

        assertThat(rejection(signed(JWSAlgorithm.HS256, new MACSigner(pem)))).isEqualTo(Reason.ALGORITHM);
        assertThat(rejection(signed(JWSAlgorithm.HS256, new MACSigner(der)))).isEqualTo(Reason.ALGORITHM);
    }

    @Test
    void shouldRejectHs256WithThePublicKeyAsTheSecretWhenTheHeaderLies() throws Exception {
        String unsigned = valid().unsigned();
        Base64URL mac = new MACSigner(NEW.publicPem().getBytes(StandardCharsets.US_ASCII))
                .sign(new JWSHeader(JWSAlgorithm.HS256), unsigned.getBytes(StandardCharsets.US_ASCII));

        assertThat(rejection(unsigned + "." + mac)).isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectOtherAlgorithmsWithTheRightKey() throws Exception {
        for (JWSAlgorithm algorithm : List.of(
                JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256, JWSAlgorithm.PS384, JWSAlgorithm.PS512)) {
            assertThat(rejection(signed(algorithm, new RSASSASigner(NEW.privateKey()))))
                    .isEqualTo(Reason.ALGORITHM);
        }
    }

    @Test
    void shouldRejectAnotherAlgorithmsSignatureWhenTheHeaderLies() throws Exception {
        String unsigned = valid().unsigned();
        Base64URL signature = new RSASSASigner(NEW.privateKey())
                .sign(new JWSHeader(JWSAlgorithm.PS256), unsigned.getBytes(StandardCharsets.US_ASCII));

        assertThat(rejection(unsigned + "." + signature)).isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectEs256() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("new").generate();

        assertThat(rejection(signed(JWSAlgorithm.ES256, new ECDSASigner(key)))).isEqualTo(Reason.ALGORITHM);
    }

    private static String signed(JWSAlgorithm algorithm, JWSSigner signer) throws JOSEException {
        JWSObject token = new JWSObject(
                new JWSHeader.Builder(algorithm).keyID("new").build(), new Payload("{\"iss\":\"dragonpass\"}"));
        token.sign(signer);
        return token.serialize();
    }

    // --- Key ------------------------------------------------------------------------------------

    @Test
    void shouldRejectAMissingKid() {
        assertThat(rejection(valid().withoutHeader("kid"))).isEqualTo(Reason.KEY_ID);
    }

    @Test
    void shouldRejectAKidThatIsNoText() {
        assertThat(rejection(valid().withHeader("kid", 1))).isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", null))).isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", List.of("new")))).isEqualTo(Reason.KEY_ID);
    }

    @Test
    void shouldRejectAKidThatCannotBeLogged() {
        assertThat(rejection(valid().withHeader("kid", ""))).isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", "new\nERROR all is lost")))
                .isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", "new\u0000"))).isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", "n\u00e9w"))).isEqualTo(Reason.KEY_ID);
        assertThat(rejection(valid().withHeader("kid", "k".repeat(257)))).isEqualTo(Reason.KEY_ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "NEW",
                "new ",
                "new.pem",
                "./new",
                "../keys/new",
                "/dev/null",
                "../../../../../../dev/null",
                "file:///etc/passwd",
                "new' OR '1'='1",
                "x'; DROP TABLE push_message; --",
                "new\" UNION SELECT 'AAAA",
                "${jndi:ldap://127.0.0.1/a}",
                "$(id)"
            })
    void shouldRejectAnUnknownOrHostileKid(String kid) {
        TokenRejected rejected = catchThrowableOfType(
                TokenRejected.class, () -> verify(TokenBuilder.valid(kid, NEW).build()));

        assertThat(rejected.reason()).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(rejected.keyId()).hasValue(kid);
    }

    @Test
    void shouldLookUpEveryPrintableKid() throws Exception {
        String kid = " ~".repeat(128);
        PushTokenVerifier anyKid = verifier(any -> Optional.of(KEYS.get("new")), Duration.ZERO);

        assertThat(anyKid.verify(List.of(valid().withHeader("kid", kid).build())))
                .isEqualTo(kid);
    }

    @Test
    void shouldRejectATokenThatBringsItsOwnKey() {
        assertThat(rejection(valid().withHeader("jwk", STRANGER.jwk("new")).signedBy(STRANGER)))
                .isEqualTo(Reason.EMBEDDED_KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"})
    void shouldRejectAnotherWayToNameAKeyEvenBesideAValidSignature(String member) {
        assertThat(rejection(valid().withHeader(member, "http://127.0.0.1:1/"))).isEqualTo(Reason.EMBEDDED_KEY);
        assertThat(rejection(valid().withHeader(member, null))).isEqualTo(Reason.EMBEDDED_KEY);
    }

    @Test
    void shouldNeverFetchAKey() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", request -> {
            requests.incrementAndGet();
            request.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";

            assertThat(rejection(valid().withHeader("jku", url).signedBy(STRANGER)))
                    .isEqualTo(Reason.EMBEDDED_KEY);
            assertThat(rejection(valid().withHeader("x5u", url).signedBy(STRANGER)))
                    .isEqualTo(Reason.EMBEDDED_KEY);
            assertThat(rejection(valid().withHeader("kid", url).signedBy(STRANGER)))
                    .isEqualTo(Reason.UNKNOWN_KEY);
            assertThat(requests).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldRejectCriticalExtensions() {
        assertThat(rejection(valid().withHeader("crit", List.of("exp")).withHeader("exp", 1)))
                .isEqualTo(Reason.EXTENSION);
        assertThat(rejection(valid().withHeader("crit", List.of()))).isEqualTo(Reason.EXTENSION);
    }

    @Test
    void shouldRejectAnUnencodedPayload() {
        assertThat(rejection(valid().withHeader("b64", false).withHeader("crit", List.of("b64"))))
                .isEqualTo(Reason.EXTENSION);
        assertThat(rejection(valid().withHeader("b64", true))).isEqualTo(Reason.EXTENSION);
    }

    @Test
    void shouldRejectACompressedPayload() {
        assertThat(rejection(valid().withHeader("zip", "DEF"))).isEqualTo(Reason.EXTENSION);
    }

    @Test
    void shouldRejectATokenOfAnotherType() {
        assertThat(rejection(valid().withHeader("typ", "at+jwt"))).isEqualTo(Reason.TYPE);
        assertThat(rejection(valid().withHeader("typ", 1))).isEqualTo(Reason.TYPE);
    }

    @Test
    void shouldRejectAKeyThatHasBeenRemoved() throws Exception {
        Map<String, JWSVerifier> keys = new ConcurrentHashMap<>(KEYS);
        PushTokenVerifier changing = verifier(kid -> Optional.ofNullable(keys.get(kid)), Duration.ZERO);
        List<String> token = List.of(TokenBuilder.valid("old", OLD).build());
        changing.verify(token);

        keys.remove("old");

        assertThat(catchThrowableOfType(TokenRejected.class, () -> changing.verify(token))
                        .reason())
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    // --- Signature ------------------------------------------------------------------------------

    @Test
    void shouldRejectAStrangersSignature() {
        assertThat(rejection(valid().signedBy(STRANGER))).isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectOneActiveKeysSignatureUnderTheOthersKid() {
        assertThat(rejection(TokenBuilder.valid("old", NEW))).isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectASignatureOverAnotherToken() {
        String signature = signatureOf(valid().withClaim("jti", "1").build());

        assertThat(rejection(valid().withClaim("jti", "2").unsigned() + "." + signature))
                .isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectChangedClaimsAsSuchEvenIfTheyAreWrongToo() {
        String signature = signatureOf(valid().build());

        assertThat(rejection(valid().withClaim("iss", "mallory").unsigned() + "." + signature))
                .isEqualTo(Reason.SIGNATURE);
        assertThat(rejection(valid().rawClaims("no JSON").unsigned() + "." + signature))
                .isEqualTo(Reason.SIGNATURE);
    }

    @Test
    void shouldRejectAStrippedSignature() {
        assertThat(rejection(valid().unsigned() + ".")).isEqualTo(Reason.SIGNATURE);
        assertThat(rejection(valid().unsigned())).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void shouldRejectASignatureOfAnotherLength() {
        byte[] longer = new byte[512];
        byte[] shorter = Arrays.copyOf(new Base64URL(signatureOf(valid().build())).decode(), 255);

        assertThat(rejection(valid().unsigned() + "." + base64Url(longer))).isEqualTo(Reason.SIGNATURE);
        assertThat(rejection(valid().unsigned() + "." + base64Url(shorter))).isEqualTo(Reason.SIGNATURE);
        assertThat(rejection(valid().unsigned() + "." + base64Url(new byte[256])))
                .isEqualTo(Reason.SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "==", "\n", " ", "!", "%", "\u0000", "+", "/"})
    void shouldRejectCharactersThatALenientDecoderPassesOver(String character) {
        String token = valid().build();
        int middle = token.lastIndexOf('.') + 5;

        assertThat(rejection(token.substring(0, middle) + character + token.substring(middle)))
                .isEqualTo(Reason.MALFORMED);
    }

    private static String signatureOf(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    // --- Claims ---------------------------------------------------------------------------------

    @Test
    void shouldRejectAnotherIssuer() {
        assertThat(rejection(valid().withClaim("iss", "mallory"))).isEqualTo(Reason.ISSUER);
        assertThat(rejection(valid().withClaim("iss", "DragonPass"))).isEqualTo(Reason.ISSUER);
        assertThat(rejection(valid().withClaim("iss", "dragonpass "))).isEqualTo(Reason.ISSUER);
    }

    @Test
    void shouldRejectAMissingIssuer() {
        assertThat(rejection(valid().withoutClaim("iss"))).isEqualTo(Reason.ISSUER);
        assertThat(rejection(valid().withClaim("iss", null))).isEqualTo(Reason.ISSUER);
    }

    @Test
    void shouldRejectAnIssuerThatIsNoText() {
        assertThat(rejection(valid().withClaim("iss", List.of("dragonpass")))).isEqualTo(Reason.ISSUER);
        assertThat(rejection(valid().withClaim("iss", Map.of("dragonpass", 1)))).isEqualTo(Reason.ISSUER);
    }

    @Test
    void shouldRejectAnExpiredToken() {
        assertThat(rejection(valid().withTime("exp", NOW.minusSeconds(60)))).isEqualTo(Reason.EXPIRED);
        assertThat(rejection(valid().withClaim("exp", 0))).isEqualTo(Reason.EXPIRED);
    }

    @Test
    void shouldRejectATokenThatIsNotValidYet() {
        assertThat(rejection(valid().withTime("nbf", NOW.plusSeconds(61)))).isEqualTo(Reason.NOT_YET_VALID);
    }

    @Test
    void shouldRejectATokenIssuedInTheFuture() {
        assertThat(rejection(valid().withTime("iat", NOW.plusSeconds(61)))).isEqualTo(Reason.ISSUED_IN_FUTURE);
    }

    @Test
    void shouldRejectATokenBeyondItsMaximumAge() {
        PushTokenVerifier limited = verifier(kid -> Optional.ofNullable(KEYS.get(kid)), Duration.ofMinutes(5));
        String token = valid().withTime("iat", NOW.minusSeconds(361))
                .withTime("exp", NOW.plusSeconds(3600))
                .build();

        assertThat(catchThrowableOfType(TokenRejected.class, () -> limited.verify(List.of(token)))
                        .reason())
                .isEqualTo(Reason.TOO_OLD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1761613260\"",
                "null",
                "true",
                "[1761613260]",
                "{}",
                "-1",
                "1e300",
                "1e999999999",
                "9223372036854775807",
                "18446744073709551616",
                "1761613260000",
                "99999999999999999999999999999999999999999999999999"
            })
    void shouldRejectATimeThatIsNoNumberOfSeconds(String value) {
        for (String claim : List.of("exp", "nbf", "iat")) {
            assertThat(rejection(valid().rawClaims("{\"iss\":\"dragonpass\",\"" + claim + "\":" + value + "}")))
                    .as(claim)
                    .isEqualTo(Reason.CLAIMS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"dragonpass\"", "{\"iss\":\"dragonpass\"", "{\"iss\":\"dragonpass\"}x"})
    void shouldRejectClaimsThatAreNoJsonObject(String claims) {
        assertThat(rejection(valid().rawClaims(claims))).isEqualTo(Reason.CLAIMS);
    }

    @Test
    void shouldRejectAClaimThatIsThereTwice() {
        assertThat(rejection(valid().rawClaims("{\"iss\":\"mallory\",\"iss\":\"dragonpass\"}")))
                .isEqualTo(Reason.CLAIMS);
    }

    // --- Failing closed -------------------------------------------------------------------------

    @Test
    void shouldRejectWhenTheVerifierThrows() {
        for (Exception failure : List.of(new JOSEException("no such provider"), new IllegalStateException("broken"))) {
            PushTokenVerifier failing = verifier(kid -> Optional.of(new FailingVerifier(failure)), Duration.ZERO);

            assertThat(catchThrowableOfType(TokenRejected.class, () -> failing.verify(List.of(valid().build())))
                            .reason())
                    .isEqualTo(Reason.CHECK_FAILED);
        }
    }

    @Test
    void shouldRejectWhenTheKeysCannotBeLookedUp() {
        PushTokenVerifier failing = verifier(
                kid -> {
                    throw new IllegalStateException("broken");
                },
                Duration.ZERO);

        assertThat(catchThrowableOfType(TokenRejected.class, () -> failing.verify(List.of(valid().build())))
                        .reason())
                .isEqualTo(Reason.CHECK_FAILED);
    }

    @Test
    void shouldAnswerEveryRejectionAlike() {
        TokenRejected none = catchThrowableOfType(TokenRejected.class, this::verify);
        TokenRejected expired = catchThrowableOfType(
                TokenRejected.class, () -> verify(valid().withClaim("exp", 1).build()));

        assertThat(none.problem()).isEqualTo(expired.problem());
        assertThat(none.problem().status()).isEqualTo(401);
        assertThat(none.getMessage()).isEqualTo(expired.getMessage());
        assertThat(none.reason().label()).isEqualTo("no-token");
        assertThat(expired.reason().label()).isEqualTo("expired");
    }

    @Test
    void shouldNotShowTheTokenInARejection() {
        String token = valid().withClaim("iss", "mallory").build();
        TokenRejected rejected = catchThrowableOfType(TokenRejected.class, () -> verify(token));

        assertThat(rejected.toString() + rejected.problem())
                .doesNotContain(token)
                .doesNotContain(signatureOf(token));
    }

    private record FailingVerifier(Exception failure) implements JWSVerifier {

        @Override
        public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) throws JOSEException {
            if (failure instanceof JOSEException e) {
                throw e;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public Set<JWSAlgorithm> supportedJWSAlgorithms() {
            return Set.of();
        }

        @Override
        public JCAContext getJCAContext() {
            return new JCAContext();
        }
    }
}
