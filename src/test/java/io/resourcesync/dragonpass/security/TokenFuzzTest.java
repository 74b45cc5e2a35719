package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import io.resourcesync.dragonpass.security.TokenRejected.Reason;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Whatever a token is, it is refused for a reason that was foreseen: nobody here has the key to a good one. */
class TokenFuzzTest {

    private static final RSASSAVerifier KEY =
            new RSASSAVerifier(RsaPair.generate().publicKey());
    private static final PushTokenVerifier VERIFIER = new PushTokenVerifier(
            kid -> Optional.of(KEY), "dragonpass", Duration.ofSeconds(60), Duration.ZERO, Clock.systemUTC());

    @FuzzTest(maxDuration = "15s")
    void shouldRefuseEveryForgedToken(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        assertRefused(text);
        int half = text.length() / 2;
        assertRefused(base64Url(text.substring(0, half)) + "." + base64Url(text.substring(half)) + ".AAAA");
    }

    private static void assertRefused(String token) {
        try {
            VERIFIER.verify(List.of(token));
            throw new AssertionError("a forged token was accepted");
        } catch (TokenRejected e) {
            assertThat(e.reason()).isNotEqualTo(Reason.CHECK_FAILED);
            assertThat(e.problem().status()).isEqualTo(401);
        }
    }

    private static String base64Url(String text) {
        return TokenBuilder.base64Url(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
