package io.resourcesync.dragonpass.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * A new self-signed certificate of this machine, in the forms in which servers want it.
 *
 * @param keyStore PKCS#12, with the password {@value #PASSWORD}
 * @param certificate PEM
 * @param privateKey PKCS#8 in PEM, readable for this user only
 */
public record SelfSigned(Path keyStore, Path certificate, Path privateKey) {

    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "server";

    /** @param folder where its files are made */
    public static SelfSigned in(Path folder) {
        Path keyStore = folder.resolve("tls.p12");
        try {
            generate(keyStore);
            KeyStore keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
            Path privateKey = Files.createFile(
                    folder.resolve("tls.key"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    privateKey,
                    RsaPair.pem(
                            "PRIVATE KEY",
                            keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
            Path certificate = Files.writeString(
                    folder.resolve("tls.crt"),
                    RsaPair.pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            return new SelfSigned(keyStore, certificate, privateKey);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JDK has no other way to make a certificate. */
    private static void generate(Path keyStore) throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost,IP:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keyStore.toString())
                .inheritIO()
                .start();
        int status = keytool.onExit().join().exitValue();
        if (status != 0) {
            throw new IllegalStateException("keytool ended with " + status);
        }
    }
}
