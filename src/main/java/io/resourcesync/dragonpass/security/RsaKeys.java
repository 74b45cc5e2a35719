package io.resourcesync.dragonpass.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** RSA keys out of PEM files and numbers, none of which is too weak to sign with. */
final class RsaKeys {

    /** RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used". */
    private static final int MIN_BITS = 2048;

    /** Verifying costs the square of the length; nobody uses longer ones. */
    private static final int MAX_BITS = 16_384;

    /** FIPS 186-5 wants an exponent above 2^16. With 1 anybody can sign; a long one costs time. */
    private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65_537);

    private static final int MAX_EXPONENT_BITS = 64;

    /** SEQUENCE { OBJECT IDENTIFIER rsaEncryption, NULL } */
    private static final byte[] RSA_ENCRYPTION = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final int SEQUENCE = 0x30;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private RsaKeys() {}

    /**
     * The public key in a file: {@code PUBLIC KEY}, {@code RSA PUBLIC KEY} (PKCS#1) or
     * {@code CERTIFICATE}, which serves as a wrapping only: its dates and its issuer say nothing here.
     *
     * @throws UnusableKey for anything else, a private key above all
     */
    static RSAPublicKey publicKey(byte[] file) throws UnusableKey {
        if (Pem.hasPrivateKey(file)) {
            throw new UnusableKey("holds a private key: take it away from here and put its public key in its place");
        }
        Pem pem = Pem.read(file);
        try {
            PublicKey key =
                    switch (pem.label()) {
                        case "PUBLIC KEY" -> rsa().generatePublic(new X509EncodedKeySpec(pem.der()));
                        case "RSA PUBLIC KEY" -> rsa().generatePublic(new X509EncodedKeySpec(wrapPublic(pem.der())));
                        case "CERTIFICATE" ->
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(pem.der()))
                                    .getPublicKey();
                        default ->
                            throw new UnusableKey("holds a block " + pem.label()
                                    + ": it must be a PUBLIC KEY, an RSA PUBLIC KEY or a CERTIFICATE");
                    };
            if (key instanceof RSAPublicKey rsa && rsa.getAlgorithm().equals("RSA")) {
                return publicKey(rsa.getModulus(), rsa.getPublicExponent());
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // Reported below like a key of another kind; what the parser says could quote the file.
        }
        throw new UnusableKey("holds a " + pem.label() + " that is damaged, or not of an RSA key");
    }

    /**
     * The public key of these numbers.
     *
     * @throws UnusableKey when it is too short, too long, or its exponent is unsafe
     */
    static RSAPublicKey publicKey(BigInteger modulus, BigInteger exponent) throws UnusableKey {
        checkLength(modulus);
        if (exponent.compareTo(MIN_EXPONENT) < 0
                || exponent.bitLength() > MAX_EXPONENT_BITS
                || !exponent.testBit(0)
                || !modulus.testBit(0)) {
            throw new UnusableKey("is an RSA key with unsafe numbers: make a new pair with the exponent 65537");
        }
        try {
            return (RSAPublicKey) rsa().generatePublic(new RSAPublicKeySpec(modulus, exponent));
        } catch (GeneralSecurityException e) {
            throw new UnusableKey("is an RSA key that Java does not accept: make a new pair of 2048 bits");
        }
    }

    /**
     * The private key in a file: {@code PRIVATE KEY} (PKCS#8) or {@code RSA PRIVATE KEY} (PKCS#1).
     *
     * @throws UnusableKey for anything else, an encrypted one above all
     */
    static RSAPrivateKey privateKey(byte[] file) throws UnusableKey {
        Pem pem = Pem.read(file);
        byte[] pkcs8 =
                switch (pem.label()) {
                    case "PRIVATE KEY" -> pem.der();
                    case "RSA PRIVATE KEY" -> wrapPrivate(pem.der());
                    default ->
                        throw new UnusableKey(
                                "holds a block " + pem.label() + ": it must be a PRIVATE KEY or an RSA PRIVATE KEY");
                };
        try {
            if (rsa().generatePrivate(new PKCS8EncodedKeySpec(pkcs8)) instanceof RSAPrivateKey key) {
                checkLength(key.getModulus());
                return key;
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // Reported below like a key of another kind; what the parser says could quote the file.
        }
        throw new UnusableKey("holds a " + pem.label() + " that is damaged, or not of an RSA key");
    }

    private static void checkLength(BigInteger modulus) throws UnusableKey {
        int bits = modulus.bitLength();
        if (bits < MIN_BITS || bits > MAX_BITS) {
            throw new UnusableKey("is an RSA key of " + bits + " bits: it must have at least " + MIN_BITS
                    + " and at most " + MAX_BITS);
        }
    }

    private static KeyFactory rsa() throws NoSuchAlgorithmException {
        return KeyFactory.getInstance("RSA");
    }

    /** PKCS#1 as SubjectPublicKeyInfo (RFC 5280 section 4.1), which is what Java reads. */
    private static byte[] wrapPublic(byte[] pkcs1) {
        return der(SEQUENCE, RSA_ENCRYPTION, der(BIT_STRING, new byte[] {0}, pkcs1));
    }

    /** PKCS#1 as PKCS#8 (RFC 5208 section 5), which is what Java reads. */
    private static byte[] wrapPrivate(byte[] pkcs1) {
        return der(SEQUENCE, VERSION_0, RSA_ENCRYPTION, der(OCTET_STRING, pkcs1));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 128) {
            out.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int skipped = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | (digits.length - skipped));
            out.write(digits, skipped, digits.length - skipped);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
