package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Two keys that are active at once, and tokens that are signed with either at random.
 *
 * @param keys a folder with the public keys
 * @param file one token a line
 */
record Tokens(Path keys, Path file) {

    private static final int TOKENS = 300;

    /** Makes them in a folder; the tokens hold for a day. */
    static Tokens create(Path folder) throws IOException {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        List<String> kids = List.of("2026-a", "2026-b");
        List<RsaPair> pairs = List.of(RsaPair.generate(), RsaPair.generate());
        for (int i = 0; i < kids.size(); i++) {
            Files.writeString(keys.resolve(kids.get(i) + ".pem"), pairs.get(i).publicPem());
        }
        Random random = new Random(1);
        Instant now = Instant.now();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < TOKENS; i++) {
            int key = random.nextInt(kids.size());
            tokens.add(TokenBuilder.valid(kids.get(key), pairs.get(key))
                    .withTime("iat", now)
                    .withTime("exp", now.plus(Duration.ofDays(1)))
                    .withClaim("jti", "t" + i)
                    .build());
        }
        Path file = folder.resolve("tokens.txt");
        Files.write(file, tokens);
        return new Tokens(keys.toAbsolutePath(), file.toAbsolutePath());
    }
}
