package io.resourcesync.dragonpass.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/**
 * Signs the simulator's pushes as DragonPass does, with a key pair that is made at the start of the
 * demo and gone at its end. Its files are in a temporary folder that only their owner may read.
 */
public final class DemoSigner {

    private static final String KEY_ID = "demo";
    private static final int BITS = 2048;

    private final RSAKey pair;
    private final Path folder;

    private DemoSigner(RSAKey pair, Path folder) {
        this.pair = pair;
        this.folder = folder;
    }

    /** Makes a key pair, and writes its public half and a token for use by hand. */
    public static DemoSigner create() throws IOException {
        try {
            RSAKey pair = new RSAKeyGenerator(BITS).keyID(KEY_ID).generate();
            Path folder = Files.createTempDirectory("dragonpass-demo-");
            DemoSigner signer = new DemoSigner(pair, folder);
            String der = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(pair.toRSAPublicKey().getEncoded());
            Files.createDirectories(signer.keys());
            signer.write(
                    signer.keys().resolve(KEY_ID + ".pem"),
                    "-----BEGIN PUBLIC KEY-----\n" + der + "\n-----END PUBLIC KEY-----\n");
            signer.write(signer.tokenFile(), signer.token());
            return signer;
        } catch (JOSEException e) {
            throw new IOException(e);
        }
    }

    /** What {@code push.jwt.keys} is in the demo. */
    public Path keys() {
        return folder.resolve("keys");
    }

    /** A file that holds a token, so that people need not copy one. */
    public Path tokenFile() {
        return folder.resolve("token");
    }

    /** Where the demo's spool is, so that it leaves that of the product alone. */
    public Path spool() {
        Path spool = folder.resolve("spool");
        spool.toFile().deleteOnExit();
        spool.resolve("lock").toFile().deleteOnExit();
        return spool;
    }

    /** The header {@code Authorization} of one push. */
    public String authorization() throws JOSEException {
        return "Bearer " + token();
    }

    private String token() throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY_ID).build(),
                new JWTClaimsSet.Builder()
                        .issuer("dragonpass")
                        .issueTime(Date.from(Instant.now()))
                        .build());
        token.sign(new RSASSASigner(pair));
        return token.serialize();
    }

    /** Files go before their folders when the process ends. */
    private void write(Path file, String text) throws IOException {
        folder.toFile().deleteOnExit();
        file.getParent().toFile().deleteOnExit();
        Files.writeString(file, text).toFile().deleteOnExit();
    }
}
