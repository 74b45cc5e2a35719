package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the files of some folders, such as {@code routes/} and {@code routes/sql/}, instead of the
 * packaged ones of the same name, file by file, so that editing one needs no build.
 */
public final class Overlay extends ClassLoader {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.main");

    private static final String ROUTE_SUFFIX = ".camel.yaml";

    private final Map<String, Path> folders;
    private final Function<String, Collection<String>> packaged;

    /**
     * @param folders by the name that they have among the resources, such as {@code routes}; they need not exist
     * @param packaged the names of the packaged files in a folder such as {@code routes/sql}
     * @param parent finds the packaged ones
     */
    public Overlay(Map<String, Path> folders, Function<String, Collection<String>> packaged, ClassLoader parent) {
        super("overlay", parent);
        this.folders = folders.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, e -> e.getValue().toAbsolutePath().normalize()));
        this.packaged = packaged;
    }

    /**
     * For a process of its own.
     *
     * @param home the folder that holds {@code routes/} and {@code config/}, or not
     * @param codeSource the jar, or folder of classes, with the packaged ones
     */
    static Overlay of(Path home, Path codeSource, ClassLoader parent) {
        return new Overlay(
                Map.of("routes", home.resolve("routes"), "config", home.resolve("config")),
                folder -> packaged(codeSource, folder),
                parent);
    }

    @Override
    public URL getResource(String name) {
        URL edited = edited(name);
        return edited != null ? edited : super.getResource(name);
    }

    /** The file that is used instead of a packaged one, or null. */
    public URL edited(String name) {
        Path file = file(name);
        if (file == null || !Files.isRegularFile(file)) {
            return null;
        }
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for a name that is in none of the folders. */
    private Path file(String name) {
        String root = name.replaceFirst("/.*", "");
        Path folder = folders.get(root);
        if (folder == null) {
            return null;
        }
        Path file = folder.resolve(name.substring(root.length()).replaceFirst("^/", ""))
                .normalize();
        return file.startsWith(folder) ? file : null;
    }

    /**
     * Every route in one folder, packaged or not, as Camel's property {@code routesIncludePattern} wants them.
     *
     * @param folder such as {@code routes} or {@code routes/demo}
     */
    String routes(String folder) throws IOException {
        Set<String> names = new TreeSet<>(packaged.apply(folder));
        Path edited = file(folder);
        for (String name : inFolder(edited)) {
            if (Files.isRegularFile(edited.resolve(name)) && !name.endsWith(ROUTE_SUFFIX)) {
                LOG.warn("{} is not read: the name of a route's file ends in {}", edited.resolve(name), ROUTE_SUFFIX);
            }
            names.add(name);
        }
        return names.stream()
                .filter(name -> name.endsWith(ROUTE_SUFFIX))
                .map(name -> "classpath:" + folder + "/" + name)
                .collect(Collectors.joining(","));
    }

    private static Collection<String> packaged(Path codeSource, String folder) {
        try {
            if (Files.isDirectory(codeSource)) {
                return inFolder(codeSource.resolve(folder));
            }
            try (JarFile jar = new JarFile(codeSource.toFile())) {
                return jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.startsWith(folder + "/"))
                        .map(name -> name.substring(folder.length() + 1))
                        .filter(name -> !name.contains("/"))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> inFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
