package io.resourcesync.dragonpass.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A pair of RSA keys in every form in which they come. */
public record RsaPair(RSAPublicKey publicKey, RSAPrivateKey privateKey) {

    /** How long the headers of X.509 and PKCS#8 around the PKCS#1 of a key of 2048 bits are. */
    private static final int X509_HEADER = 24;

    private static final int PKCS8_HEADER = 26;

    /** A new pair of 2048 bits. */
    public static RsaPair generate() {
        return generate(2048);
    }

    public static RsaPair generate(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            return new RsaPair((RSAPublicKey) pair.getPublic(), (RSAPrivateKey) pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String publicPem() {
        return pem("PUBLIC KEY", publicKey.getEncoded());
    }

    public String privatePem() {
        return pem("PRIVATE KEY", privateKey.getEncoded());
    }

    /** Only for 2048 bits. */
    public String pkcs1PublicPem() {
        byte[] x509 = publicKey.getEncoded();
        return pem("RSA PUBLIC KEY", Arrays.copyOfRange(x509, X509_HEADER, x509.length));
    }

    /** Only for 2048 bits. */
    public String pkcs1PrivatePem() {
        byte[] pkcs8 = privateKey.getEncoded();
        return pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, PKCS8_HEADER, pkcs8.length));
    }

    /** The public half as a JWK, to be changed at will. */
    public Map<String, Object> jwk(String kid) {
        Map<String, Object> jwk = new LinkedHashMap<>();
        jwk.put("kty", "RSA");
        jwk.put("kid", kid);
        jwk.put("n", base64Url(publicKey.getModulus()));
        jwk.put("e", base64Url(publicKey.getPublicExponent()));
        return jwk;
    }

    public static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    public static String base64Url(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    @Override
    public String toString() {
        return "RsaPair[" + publicKey.getModulus().bitLength() + "]";
    }
}
