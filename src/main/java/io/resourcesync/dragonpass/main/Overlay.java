package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sees the files in {@code routes/}, {@code routes/sql/} and {@code config/} of a folder instead of
 * the packaged ones of the same name, file by file, so that editing one needs no build.
 */
final class Overlay extends ClassLoader {

    private static final Set<String> FOLDERS = Set.of("routes", "config");
    private static final String ROUTE_SUFFIX = ".camel.yaml";

    private final Path home;
    private final Path codeSource;

    /**
     * @param home the folder that holds {@code routes/} and {@code config/}, or not
     * @param codeSource the jar, or folder of classes, with the packaged ones
     */
    Overlay(Path home, Path codeSource, ClassLoader packaged) {
        super("overlay", packaged);
        this.home = home.toAbsolutePath().normalize();
        this.codeSource = codeSource;
    }

    @Override
    public URL getResource(String name) {
        Path file = home.resolve(name).normalize();
        if (file.startsWith(home)
                && FOLDERS.contains(home.relativize(file).getName(0).toString())
                && Files.isRegularFile(file)) {
            try {
                return file.toUri().toURL();
            } catch (MalformedURLException e) {
                throw new UncheckedIOException(e);
            }
        }
        return super.getResource(name);
    }

    /**
     * Every route in one folder, packaged or not, as Camel's property {@code routesIncludePattern} wants them.
     *
     * @param folder such as {@code routes} or {@code routes/demo}
     */
    String routes(String folder) throws IOException {
        Set<String> names = new TreeSet<>(packaged(folder));
        names.addAll(inFolder(home.resolve(folder)));
        return names.stream().map(name -> "classpath:" + folder + "/" + name).collect(Collectors.joining(","));
    }

    private Set<String> packaged(String folder) throws IOException {
        if (Files.isDirectory(codeSource)) {
            return inFolder(codeSource.resolve(folder));
        }
        try (JarFile jar = new JarFile(codeSource.toFile())) {
            return jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith(folder + "/"))
                    .map(name -> name.substring(folder.length() + 1))
                    .filter(name -> !name.contains("/") && name.endsWith(ROUTE_SUFFIX))
                    .collect(Collectors.toSet());
        }
    }

    private static Set<String> inFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ROUTE_SUFFIX))
                    .collect(Collectors.toSet());
        }
    }
}
