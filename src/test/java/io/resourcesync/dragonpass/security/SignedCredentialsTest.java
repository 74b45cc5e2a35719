package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.resourcesync.dragonpass.testing.MutableClock;
import io.resourcesync.dragonpass.testing.RsaPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JWT that we sign for a call, and the keys that we take for it. */
class SignedCredentialsTest {

    private static final RsaPair PAIR = RsaPair.generate();
    private static final Instant NOW = Instant.parse("2025-10-28T01:00:00.987Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path temp;

    private Path keyFile(String pem, String permissions) throws IOException {
        Path file = Files.writeString(temp.resolve("client.pem"), pem);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static SignedJWT token(ApiCredentials credentials) throws Exception {
        String authorization = credentials.authorization();
        assertThat(authorization).startsWith("Bearer ");
        return SignedJWT.parse(authorization.substring("Bearer ".length()));
    }

    private static String refusal(Path file) {
        return assertThatExceptionOfType(UnusableKey.class)
                .isThrownBy(() -> ApiCredentials.rs256(file, "client-1", CLOCK))
                .withNoCause()
                .actual()
                .getMessage();
    }

    @Test
    void shouldSignWithThePrivateKey() throws Exception {
        for (String pem : new String[] {PAIR.privatePem(), PAIR.pkcs1PrivatePem()}) {
            SignedJWT token = token(ApiCredentials.rs256(keyFile(pem, "rw-------"), "client-1", CLOCK));

            assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS256);
            assertThat(token.verify(new RSASSAVerifier(PAIR.publicKey()))).isTrue();
        }
    }

    @Test
    void shouldSignWithTheSecret() throws Exception {
        SignedJWT token = token(ApiCredentials.hs256(SECRET, "client-1", CLOCK));

        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.HS256);
        assertThat(token.verify(new MACVerifier(SECRET))).isTrue();
    }

    @Test
    void shouldSayWhatTheContractSaysAndNoMore() throws Exception {
        SignedJWT token = token(ApiCredentials.hs256(SECRET, "client-1", CLOCK));

        assertThat(token.getHeader().toJSONObject()).containsOnlyKeys("alg", "typ");
        assertThat(token.getJWTClaimsSet().getClaims()).containsOnlyKeys("iss", "exp");
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("client-1");
        assertThat(token.getPayload().toString()).contains("\"exp\":" + (NOW.getEpochSecond() + 300));
    }

    @Test
    void shouldSignAfreshForEachCall() throws Exception {
        MutableClock clock = new MutableClock(NOW);
        ApiCredentials credentials = ApiCredentials.hs256(SECRET, "client-1", clock);

        clock.advance(Duration.ofHours(1));

        assertThat(token(credentials).getJWTClaimsSet().getExpirationTime())
                .isEqualTo(Date.from(Instant.parse("2025-10-28T02:05:00Z")));
    }

    @Test
    void shouldNotAskForASecondCallAfterA401() throws Exception {
        ApiCredentials credentials = ApiCredentials.hs256(SECRET, "client-1", CLOCK);

        assertThat(credentials.refused(credentials.authorization())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw----r--", "rw-----w-", "rwxrwxrwx"})
    void shouldRefuseAPrivateKeyThatOthersCanReadOrChange(String permissions) throws Exception {
        Path file = keyFile(PAIR.privatePem(), permissions);

        assertThat(refusal(file)).contains("chmod 600 " + file).contains("defaultMode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "r--r-----", "rw-r-----"})
    void shouldTakeAPrivateKeyThatOnlyItsOwnerAndGroupCanRead(String permissions) throws Exception {
        ApiCredentials.rs256(keyFile(PAIR.privatePem(), permissions), "client-1", CLOCK);
    }

    @Test
    void shouldLookAtThePermissionsBehindASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), keyFile(PAIR.privatePem(), "rw-r--r--"));

        assertThat(refusal(link)).contains("chmod 600");
    }

    @Test
    void shouldRefuseAMissingFile() {
        assertThat(refusal(temp.resolve("missing.pem"))).contains("missing.pem cannot be read");
    }

    @Test
    void shouldRefuseAFolder() {
        assertThat(refusal(temp)).contains(temp.toString());
    }

    @Test
    void shouldNameTheFileThatHoldsNoUsableKey() throws Exception {
        Path file = keyFile(RsaPair.generate(1024).privatePem(), "rw-------");

        assertThat(refusal(file)).startsWith(file + " is an RSA key of 1024 bits");
    }

    @Test
    void shouldRefuseAShortSecretAndNotShowIt() {
        assertThatExceptionOfType(UnusableKey.class)
                .isThrownBy(() -> ApiCredentials.hs256("s3cr3t-of-31-bytes-............", "client-1", CLOCK))
                .withMessageContaining("has 31 bytes")
                .withMessageContaining("at least 32")
                .matches(e -> !e.toString().contains("s3cr3t"));
    }

    @Test
    void shouldCountASecretInBytes() throws Exception {
        ApiCredentials.hs256("\u00e9".repeat(16), "client-1", CLOCK);
    }

    @Test
    void shouldShowNoSecret() throws Exception {
        ApiCredentials secret = ApiCredentials.hs256(SECRET, "client-1", CLOCK);
        ApiCredentials key = ApiCredentials.rs256(keyFile(PAIR.privatePem(), "rw-------"), "client-1", CLOCK);

        assertThat(secret.toString()).isEqualTo("SignedCredentials[HS256]");
        assertThat(key.toString())
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(PAIR.privateKey().getEncoded())
                        .substring(50, 70))
                .isEqualTo("SignedCredentials[RS256]");
    }
}
