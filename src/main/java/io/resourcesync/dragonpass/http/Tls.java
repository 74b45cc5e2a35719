package io.resourcesync.dragonpass.http;

import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;

/** The certificate of the push endpoint, in one of its two forms. */
public sealed interface Tls {

    /** Makes the server speak TLS 1.2 and 1.3 with this certificate. */
    void configure(HttpServerOptions options);

    /**
     * @param certificate the chain, the server's own first, as PEM
     * @param privateKey its key, PKCS#8 as PEM, not encrypted
     */
    record Pem(Path certificate, Path privateKey) implements Tls {
        @Override
        public void configure(HttpServerOptions options) {
            options.setSsl(true)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(certificate.toString())
                            .setKeyPath(privateKey.toString()));
        }
    }

    /**
     * @param keyStore a PKCS#12 file with one key and its chain
     * @param password of the file
     */
    record Pkcs12(Path keyStore, String password) implements Tls {
        @Override
        public void configure(HttpServerOptions options) {
            options.setSsl(true)
                    .setKeyCertOptions(
                            new PfxOptions().setPath(keyStore.toString()).setPassword(password));
        }

        @Override
        public String toString() {
            return "Pkcs12[" + keyStore + "]";
        }
    }
}
