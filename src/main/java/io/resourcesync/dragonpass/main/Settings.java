package io.resourcesync.dragonpass.main;

import io.resourcesync.dragonpass.batch.Durations;
import io.resourcesync.dragonpass.http.PushServer;
import io.resourcesync.dragonpass.http.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The product's own properties, read and checked before anything starts. What each means stands in
 * {@code config/application.properties}; routes name most of them directly.
 */
record Settings(
        String pushPath,
        String serverHost,
        int serverPort,
        String managementHost,
        int managementPort,
        PushAuth pushAuth,
        PushServer.Limits serverLimits,
        Tls tls,
        Database.Access database,
        Duration batchTimeout,
        Duration batchSweep,
        Duration recoveryWindow,
        Duration recoveryBackoffInitial,
        Duration recoveryBackoffMax,
        int recoveryMaxAnswerBytes,
        URI apiUrl,
        Duration apiResponseTimeout,
        ApiAuth apiAuth,
        int retentionDays,
        Path spoolFolder,
        long spoolMaxBytes,
        int applyRoom) {

    /**
     * How pushes are authenticated.
     *
     * @param keys a folder or a JWKS file; null for no authentication
     * @param maxAge zero for none
     */
    record PushAuth(Path keys, String issuer, String header, Duration clockSkew, Duration maxAge) {}

    /**
     * How calls to DragonPass are authenticated.
     *
     * @param mode {@code rs256}, {@code hs256}, {@code token} or {@code none}
     */
    record ApiAuth(String mode, String issuer, String privateKey, String secret, String clientId) {

        /** Without the secret. */
        @Override
        public String toString() {
            return mode + " as " + issuer + clientId;
        }
    }

    /** What {@code push_message.payload} can hold. */
    private static final int LARGEST_BODY = 10_485_760;

    private static final List<String> OWN_PREFIXES = List.of(
            "push.",
            "db.",
            "spool.",
            "batch.",
            "recovery.",
            "dragonpass.",
            "retention.",
            "purge.",
            "quarantine.",
            "queue.",
            "sql.");

    /**
     * Reads and checks every property.
     *
     * @param lookup the value of a property, with overrides and placeholders resolved
     * @throws SettingsException for the first that is wrong
     */
    public static Settings read(Function<String, Optional<String>> lookup) {
        Reader reader = new Reader(lookup);
        reader.integer("db.conflict-retries", 1, 1000);
        reader.integer("recovery.parallel", 1, 64);
        reader.duration("purge.period", Duration.ofSeconds(1));
        reader.duration("purge.delay", Duration.ZERO);
        reader.integer("quarantine.max-rows", 1, 10_000_000);
        reader.duration("quarantine.trim", Duration.ofMillis(100));
        reader.duration("db.watch", Duration.ofMillis(50));
        reader.duration("spool.drain", Duration.ofMillis(50));
        reader.integer("queue.assemble", 1, 1_000_000);
        reader.integer("queue.recover", 1, 1_000_000);
        reader.integer("dragonpass.api.connect-timeout-millis", 1, 600_000);
        Settings settings = new Settings(
                reader.path("push.path"),
                reader.text("camel.server.host"),
                reader.integer("camel.server.port", 1, 65_535),
                reader.text("camel.management.host"),
                reader.integer("camel.management.port", 1, 65_535),
                reader.pushAuth(),
                new PushServer.Limits(
                        reader.integer("push.max-body-bytes", 1, LARGEST_BODY),
                        reader.integer("push.max-header-bytes", 1024, 1_048_576),
                        reader.duration("push.request-timeout", Duration.ofMillis(100)),
                        reader.integer("push.max-connections", 1, 1_000_000),
                        reader.integer("push.max-in-flight", 1, 100_000),
                        reader.integer("push.max-buffered-bytes", 65_536, Integer.MAX_VALUE),
                        reader.integer("push.workers", 1, 1000)),
                reader.tls(),
                new Database.Access(
                        reader.jdbcUrl("db.url"),
                        reader.text("db.user"),
                        reader.secret("db.password"),
                        reader.integer("db.pool-size", 2, 500),
                        reader.integer("db.work-pool-size", 4, 500),
                        reader.seconds("db.timeout"),
                        reader.seconds("db.work-timeout")),
                reader.seconds("batch.timeout"),
                reader.duration("batch.sweep", Duration.ofMillis(50)),
                reader.seconds("recovery.window"),
                reader.seconds("recovery.backoff.initial"),
                reader.seconds("recovery.backoff.max"),
                reader.integer("recovery.max-answer-bytes", 1, 1_073_741_824),
                reader.httpUrl("dragonpass.api.url"),
                Duration.ofMillis(reader.integer("dragonpass.api.response-timeout-millis", 1, 600_000)),
                reader.apiAuth(),
                reader.integer("retention.days", 1, 36_500),
                Path.of(reader.text("spool.folder")),
                reader.number("spool.max-bytes", 0, Long.MAX_VALUE),
                reader.integer("queue.apply", 1, 1_000_000));
        settings.checkTogether();
        return settings;
    }

    private void checkTogether() {
        if (serverPort == managementPort && serverHost.equals(managementHost)) {
            throw new SettingsException("camel.management.port is " + managementPort
                    + ", which is camel.server.port too: give the management endpoints a port of their own");
        }
        if (recoveryBackoffMax.compareTo(recoveryBackoffInitial) < 0) {
            throw new SettingsException("recovery.backoff.max is shorter than recovery.backoff.initial: raise it");
        }
        if (batchTimeout.compareTo(recoveryWindow) >= 0) {
            throw new SettingsException("batch.timeout is not shorter than recovery.window, so that no batch would ever"
                    + " be recovered: shorten it");
        }
        if (pushAuth.keys() == null && !isLoopback(serverHost)) {
            throw new SettingsException(
                    "push.auth is none, but camel.server.host is " + serverHost
                            + ": without verification of signatures bind to a loopback address such as 127.0.0.1, or set push.auth to jwt");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingsException(
                    "camel.server.host is " + host + ", which is no address of this machine: correct it");
        }
    }

    /**
     * Refuses a property that looks like one of the product's and is none, as a typing error would
     * otherwise leave a default in force unnoticed.
     *
     * @param given the names that were set
     * @param known the names in the packaged {@code config/application.properties}
     */
    public static void refuseUnknown(Collection<String> given, Set<String> known) {
        for (String name : new TreeSet<>(given)) {
            if (OWN_PREFIXES.stream().anyMatch(name::startsWith) && !known.contains(name)) {
                throw new SettingsException(
                        name + " is no property of this product: see config/application.properties for its name");
            }
        }
    }

    private record Reader(Function<String, Optional<String>> lookup) {

        String text(String name) {
            String value = optional(name);
            if (value.isEmpty()) {
                throw new SettingsException(name + " is not set: give it a value");
            }
            return value;
        }

        String optional(String name) {
            return lookup.apply(name).map(String::strip).orElse("");
        }

        String oneOf(String name, String... values) {
            String value = text(name);
            if (!List.of(values).contains(value)) {
                throw wrong(name, value, "must be " + String.join(" or ", values));
            }
            return value;
        }

        /** The value of a property, or what stands in the file that a property of that name and {@code -file} names. */
        String secret(String name) {
            String file = optional(name + "-file");
            if (file.isEmpty()) {
                return optional(name);
            }
            try {
                return Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw new SettingsException(
                        name + "-file is " + file + ", which is no file that can be read: correct it");
            }
        }

        PushAuth pushAuth() {
            boolean jwt = oneOf("push.auth", "jwt", "none").equals("jwt");
            return new PushAuth(
                    jwt ? Path.of(text("push.jwt.keys")) : null,
                    text("push.jwt.issuer"),
                    text("push.jwt.header"),
                    duration("push.jwt.clock-skew", Duration.ZERO),
                    duration("push.jwt.max-age", Duration.ZERO));
        }

        ApiAuth apiAuth() {
            String mode = oneOf("dragonpass.api.auth", "rs256", "hs256", "token", "none");
            ApiAuth auth = new ApiAuth(
                    mode,
                    optional("dragonpass.api.issuer"),
                    optional("dragonpass.api.private-key"),
                    secret("dragonpass.api.secret"),
                    optional("dragonpass.api.client-id"));
            boolean signs = mode.equals("rs256") || mode.equals("hs256");
            require(
                    !signs || !auth.issuer().isEmpty(),
                    mode,
                    "dragonpass.api.issuer",
                    "the iss that DragonPass gave you");
            require(
                    !mode.equals("rs256") || !auth.privateKey().isEmpty(),
                    mode,
                    "dragonpass.api.private-key",
                    "the PEM file of your private key");
            require(
                    !(mode.equals("hs256") || mode.equals("token"))
                            || !auth.secret().isEmpty(),
                    mode,
                    "dragonpass.api.secret",
                    "or dragonpass.api.secret-file");
            require(
                    !mode.equals("token") || !auth.clientId().isEmpty(),
                    mode,
                    "dragonpass.api.client-id",
                    "the client id that DragonPass gave you");
            return auth;
        }

        private static void require(boolean met, String mode, String name, String what) {
            if (!met) {
                throw new SettingsException("dragonpass.api.auth is " + mode + ", but " + name + " is not set: set it ("
                        + what + "), or set dragonpass.api.auth to none to make calls without credentials");
            }
        }

        int integer(String name, int min, int max) {
            return (int) number(name, min, max);
        }

        long number(String name, long min, long max) {
            String value = text(name);
            try {
                long number = Long.parseLong(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below like a number out of range.
            }
            throw wrong(name, value, "must be a whole number from " + min + " to " + max);
        }

        Duration duration(String name, Duration min) {
            String value = text(name);
            try {
                Duration duration = Durations.parse(value);
                if (duration.compareTo(min) >= 0) {
                    return duration;
                }
            } catch (IllegalArgumentException e) {
                // Reported below like a duration that is too short.
            }
            throw wrong(name, value, "must be a duration such as 90s, 15m or 48h, at least " + min.toMillis() + " ms");
        }

        Duration seconds(String name) {
            Duration duration = duration(name, Duration.ofSeconds(1));
            if (duration.toMillis() % 1000 != 0 || duration.toSeconds() > Integer.MAX_VALUE) {
                throw wrong(name, text(name), "must be whole seconds, and fewer than 2^31");
            }
            return duration;
        }

        String path(String name) {
            String value = text(name);
            if (!value.matches("(/[A-Za-z0-9._~-]+)+")) {
                throw wrong(name, value, "must be a path such as /dragonpass/push");
            }
            return value;
        }

        /** Null when neither form of a certificate is set. */
        Tls tls() {
            String certificate = optional("push.tls.certificate");
            String privateKey = optional("push.tls.private-key");
            String keyStore = optional("push.tls.key-store");
            if (!keyStore.isEmpty() && !(certificate + privateKey).isEmpty()) {
                throw new SettingsException(
                        "push.tls.key-store is set beside push.tls.certificate or push.tls.private-key: keep one form");
            }
            if (!keyStore.isEmpty()) {
                return new Tls.Pkcs12(file("push.tls.key-store"), secret("push.tls.key-store-password"));
            }
            if ((certificate + privateKey).isEmpty()) {
                return null;
            }
            return new Tls.Pem(file("push.tls.certificate"), file("push.tls.private-key"));
        }

        Path file(String name) {
            Path file = Path.of(text(name));
            if (!Files.isReadable(file)) {
                throw new SettingsException(name + " is " + file + ", which is no file that can be read: correct it");
            }
            return file;
        }

        String jdbcUrl(String name) {
            String value = text(name);
            if (!value.matches("jdbc:(hsqldb|postgresql):.*|osgi:service/[\\w.-]+")) {
                throw new SettingsException(name
                        + " is not a URL of HSQLDB or PostgreSQL: it must start with jdbc:hsqldb: or jdbc:postgresql:");
            }
            return value;
        }

        URI httpUrl(String name) {
            String value = text(name);
            try {
                URI url = new URI(value);
                boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
                boolean base = url.getQuery() == null && url.getFragment() == null && !value.endsWith("/");
                if (http && url.getHost() != null && base) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // Reported below like a URL of another scheme.
            }
            throw wrong(name, value, "must be an http or https URL without a query or a slash at its end");
        }

        private static SettingsException wrong(String name, String value, String rule) {
            return new SettingsException(name + " is '" + value + "': it " + rule);
        }
    }
}
