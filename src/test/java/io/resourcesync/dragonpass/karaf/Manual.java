package io.resourcesync.dragonpass.karaf;

import io.resourcesync.dragonpass.testing.KarafProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page about Karaf, whose blocks of commands are run as they stand there. */
final class Manual {

    private static final Pattern BLOCK = Pattern.compile("(?m)^(#+) (.*)$|```(karaf|sh|properties)\n([\\s\\S]*?)```");

    private record Block(String section, String language, String text) {}

    private final List<Block> blocks = new ArrayList<>();
    private final Set<Block> run = ConcurrentHashMap.newKeySet();

    Manual() {
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(Path.of("src/site/markdown/karaf.md")));
            String section = "";
            while (matcher.find()) {
                if (matcher.group(2) != null) {
                    section = matcher.group(2);
                } else {
                    blocks.add(new Block(section, matcher.group(3), matcher.group(4)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs the commands of one block.
     *
     * @param section the title above the block
     * @param number of the block in its section, from 0
     * @param bundle the name of the bundle, which the page gives as that of the smaller one
     * @return what they printed
     */
    String run(KarafProcess karaf, String section, int number, String bundle) {
        Block block = block(section, number);
        StringBuilder printed = new StringBuilder();
        for (String line : block.text().lines().toList()) {
            if (block.language().equals("sh")) {
                shell(karaf.folder(), line);
            } else {
                printed.append(karaf.run(line.replaceAll("^(bundle:\\w+) dragonpass-resource-sync", "$1 " + bundle)))
                        .append('\n');
            }
        }
        return printed.toString();
    }

    /** The text of a block, as that of a file. */
    String file(String section) {
        return blocks.stream()
                .filter(block ->
                        block.section().equals(section) && block.language().equals("properties"))
                .peek(run::add)
                .findFirst()
                .orElseThrow()
                .text();
    }

    /** The blocks that nothing has run. */
    List<String> left() {
        return blocks.stream()
                .filter(block -> !run.contains(block))
                .map(Block::text)
                .toList();
    }

    private Block block(String section, int number) {
        Block block = blocks.stream()
                .filter(one -> one.section().equals(section) && !one.language().equals("properties"))
                .skip(number)
                .findFirst()
                .orElseThrow();
        run.add(block);
        return block;
    }

    /** In the folder of this project. */
    private static void shell(Path karaf, String line) {
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", line).inheritIO();
            builder.environment().put("KARAF", karaf.toString());
            if (builder.start().waitFor() != 0) {
                throw new IllegalStateException(line + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
