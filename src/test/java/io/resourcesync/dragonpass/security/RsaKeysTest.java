package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.resourcesync.dragonpass.testing.RsaPair;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which PEM files hold a key that can be used. */
class RsaKeysTest {

    private static final RsaPair PAIR = RsaPair.generate();
    private static final RsaPair SHORT = RsaPair.generate(1024);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) {
        try (InputStream in = RsaKeysTest.class.getResourceAsStream("/keys/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String publicRefusal(byte[] file) {
        return refusal(() -> RsaKeys.publicKey(file));
    }

    private static String privateRefusal(byte[] file) {
        return refusal(() -> RsaKeys.privateKey(file));
    }

    private static String refusal(ThrowingCallable call) {
        return assertThatExceptionOfType(UnusableKey.class)
                .isThrownBy(call)
                .withNoCause()
                .actual()
                .getMessage();
    }

    // --- Public keys ----------------------------------------------------------------------------

    @Test
    void shouldReadTheThreeFormsThatOpensslWritesOfOneKey() throws Exception {
        RSAPublicKey key = RsaKeys.publicKey(resource("public.pem"));

        assertThat(RsaKeys.publicKey(resource("pkcs1.pem"))).isEqualTo(key);
        assertThat(RsaKeys.publicKey(resource("certificate.pem"))).isEqualTo(key);
    }

    @Test
    void shouldReadAKeyWithTextAroundItAndWindowsLineEnds() throws Exception {
        String pem = "\ufeffBag Attributes\r\n  friendlyName: x\r\n"
                + PAIR.publicPem().replace("\n", "\r\n") + "\r\nthe end";

        assertThat(RsaKeys.publicKey(bytes(pem))).isEqualTo(PAIR.publicKey());
    }

    @Test
    void shouldReadALongKey() throws Exception {
        RsaPair pair = RsaPair.generate(4096);

        assertThat(RsaKeys.publicKey(bytes(pair.publicPem()))).isEqualTo(pair.publicKey());
    }

    @Test
    void shouldRefuseAShortKey() {
        assertThat(publicRefusal(bytes(SHORT.publicPem()))).contains("of 1024 bits");
    }

    @Test
    void shouldSayOfAVeryShortKeyThatItIsShortInEveryForm() {
        byte[] x509 = RsaPair.generate(512).publicKey().getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(x509, 20, x509.length);

        assertThat(publicRefusal(bytes(RsaPair.pem("PUBLIC KEY", x509)))).contains("of 512 bits");
        assertThat(publicRefusal(bytes(RsaPair.pem("RSA PUBLIC KEY", pkcs1)))).contains("of 512 bits");
    }

    @Test
    void shouldRefuseAKeyJustTooShort() {
        BigInteger modulus = BigInteger.ONE.shiftLeft(2046).setBit(0);

        assertThat(refusal(() -> RsaKeys.publicKey(modulus, BigInteger.valueOf(65_537))))
                .contains("of 2047 bits");
    }

    @Test
    void shouldRefuseAKeySoLongThatItCostsTooMuch() {
        BigInteger modulus = BigInteger.ONE.shiftLeft(16_384).setBit(0);

        assertThat(refusal(() -> RsaKeys.publicKey(modulus, BigInteger.valueOf(65_537))))
                .contains("of 16385 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "3", "65535", "65538", "36893488147419103233"})
    void shouldRefuseAnExponentWithWhichSignaturesCanBeForgedOrCostTooMuch(String exponent) {
        BigInteger modulus = PAIR.publicKey().getModulus();

        assertThat(refusal(() -> RsaKeys.publicKey(modulus, new BigInteger(exponent))))
                .contains("unsafe");
    }

    @Test
    void shouldRefuseAPrivateKeyAmongPublicOnesAndNotShowIt() {
        String base64 = Base64.getEncoder().encodeToString(PAIR.privateKey().getEncoded());

        for (String pem :
                new String[] {PAIR.privatePem(), PAIR.pkcs1PrivatePem(), PAIR.privatePem() + PAIR.publicPem()}) {
            assertThat(publicRefusal(bytes(pem)))
                    .contains("private key")
                    .doesNotContain(base64.substring(100, 110))
                    .hasSizeLessThan(200);
        }
    }

    @Test
    void shouldRefuseACutPrivateKeyAsSuch() {
        assertThat(publicRefusal(bytes(PAIR.privatePem().substring(0, 300)))).contains("private key");
    }

    @Test
    void shouldRefuseTheKeyOfAnotherAlgorithm() throws Exception {
        var ec = new ECKeyGenerator(Curve.P_256).generate().toECPublicKey();

        assertThat(publicRefusal(bytes(RsaPair.pem("PUBLIC KEY", ec.getEncoded()))))
                .contains("not of an RSA key");
        assertThat(publicRefusal(resource("pss.pem"))).contains("not of an RSA key");
    }

    @Test
    void shouldRefuseAnotherBlock() {
        assertThat(publicRefusal(bytes(RsaPair.pem("X509 CRL", new byte[10])))).contains("X509 CRL");
    }

    @Test
    void shouldRefuseSeveralBlocks() {
        assertThat(publicRefusal(bytes(PAIR.publicPem() + SHORT.publicPem()))).contains("several");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ssh-rsa AAAAB3NzaC1yc2E= me@here", "{\"keys\":[]}", "----BEGIN PUBLIC KEY----"})
    void shouldRefuseWhatIsNoPem(String text) {
        assertThat(publicRefusal(bytes(text))).contains("no PEM block");
    }

    @Test
    void shouldRefuseEveryCutOfAFileThatIsBeingWritten() {
        String pem = PAIR.publicPem().strip();

        for (int length = 0; length < pem.length(); length++) {
            assertThat(publicRefusal(bytes(pem.substring(0, length)))).isNotEmpty();
        }
    }

    @Test
    void shouldRefuseDamage() {
        String pem = PAIR.publicPem();

        assertThat(publicRefusal(bytes(pem.replaceFirst("\nMII", "\n!II")))).contains("not Base64");
        assertThat(publicRefusal(bytes(pem.replaceFirst("\nMII", "\nAII")))).contains("damaged");
        assertThat(publicRefusal(bytes(RsaPair.pem("PUBLIC KEY", new byte[0])))).contains("damaged");
        assertThat(publicRefusal(bytes(RsaPair.pem("RSA PUBLIC KEY", new byte[300]))))
                .contains("damaged");
        assertThat(publicRefusal(bytes(RsaPair.pem("CERTIFICATE", new byte[300]))))
                .contains("damaged");
    }

    // --- Private keys ---------------------------------------------------------------------------

    @Test
    void shouldReadBothFormsOfAPrivateKey() throws Exception {
        assertThat(RsaKeys.privateKey(bytes(PAIR.privatePem()))).isEqualTo(PAIR.privateKey());
        assertThat(RsaKeys.privateKey(bytes(PAIR.pkcs1PrivatePem()))).isEqualTo(PAIR.privateKey());
    }

    @Test
    void shouldRefuseAnEncryptedPrivateKey() {
        String pkcs8 = RsaPair.pem("ENCRYPTED PRIVATE KEY", new byte[1200]);
        String pkcs1 = PAIR.pkcs1PrivatePem()
                .replaceFirst(
                        "\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n");

        assertThat(privateRefusal(bytes(pkcs8))).contains("encrypted").contains("openssl pkey");
        assertThat(privateRefusal(bytes(pkcs1))).contains("encrypted").contains("openssl pkey");
    }

    @Test
    void shouldRefuseAShortPrivateKey() {
        assertThat(privateRefusal(bytes(SHORT.privatePem()))).contains("of 1024 bits");
    }

    @Test
    void shouldRefuseAPublicKeyWhereAPrivateOneBelongs() {
        assertThat(privateRefusal(bytes(PAIR.publicPem()))).contains("holds a block PUBLIC KEY");
    }

    @Test
    void shouldRefuseThePrivateKeyOfAnotherAlgorithm() throws Exception {
        var ec = new ECKeyGenerator(Curve.P_256).generate().toECPrivateKey();

        assertThat(privateRefusal(bytes(RsaPair.pem("PRIVATE KEY", ec.getEncoded()))))
                .contains("not of an RSA key");
        assertThat(privateRefusal(bytes(RsaPair.pem("EC PRIVATE KEY", new byte[100]))))
                .contains("EC PRIVATE KEY");
    }

    @Test
    void shouldRefuseADamagedPrivateKeyAndNotShowIt() {
        byte[] der = PAIR.privateKey().getEncoded();
        der[30] ^= 0x40;
        String base64 = Base64.getEncoder().encodeToString(der);

        assertThat(privateRefusal(bytes(RsaPair.pem("PRIVATE KEY", der))))
                .contains("damaged")
                .doesNotContain(base64.substring(100, 110));
    }
}
