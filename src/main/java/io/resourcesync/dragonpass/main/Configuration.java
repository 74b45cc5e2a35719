package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.util.IOHelper;

/** The properties files: the packaged ones, and over them those in {@code config/} of a folder. */
final class Configuration {

    private static final String BASE = "config/application.properties";

    private Configuration() {}

    /**
     * Later ones win: the packaged file, the folder's file, the packaged file of the profile, the
     * folder's file of the profile, the environment. So a demo that is started where the product runs
     * keeps its hands off the product's database.
     *
     * @param home the folder that holds {@code config/}, or not
     * @param profile such as {@code demo}; null for none
     * @throws SettingsException for a property that looks like the product's own and is unknown
     */
    static Properties load(Path home, String profile) throws IOException {
        String profileFile = "config/application-" + profile + ".properties";
        Properties base = packaged(BASE);
        Properties ofProfile = profile == null ? new Properties() : packaged(profileFile);
        Set<String> known = names(base);
        known.addAll(names(ofProfile));

        Properties all = new Properties();
        all.putAll(base);
        all.putAll(inFolder(home.resolve(BASE), known));
        all.putAll(ofProfile);
        if (profile != null) {
            all.putAll(inFolder(home.resolve(profileFile), known));
        }
        all.putAll(environment(all.stringPropertyNames()));
        return all;
    }

    /**
     * The packaged file, over it settings from elsewhere, over both the environment.
     *
     * @throws SettingsException for a property that looks like the product's own and is unknown
     */
    static Properties load(Map<String, String> settings) throws IOException {
        Properties all = packaged(BASE);
        Settings.refuseUnknown(settings.keySet(), names(all));
        all.putAll(settings);
        all.putAll(environment(all.stringPropertyNames()));
        return all;
    }

    /**
     * Placeholders look at the environment by themselves, but Camel's servers skip every variable that
     * ends in {@code _PORT}, as Kubernetes sets such ones: the two would disagree about the port.
     */
    private static Map<String, String> environment(Set<String> names) {
        Map<String, String> found = new HashMap<>();
        names.forEach(name -> {
            String value = IOHelper.lookupEnvironmentVariable(name);
            if (value != null) {
                found.put(name, value);
            }
        });
        return found;
    }

    private static Properties packaged(String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Configuration.class.getClassLoader().getResourceAsStream(name)) {
            if (in != null) {
                properties.load(in);
            }
        }
        return properties;
    }

    private static Properties inFolder(Path file, Set<String> known) throws IOException {
        Properties properties = new Properties();
        if (Files.isRegularFile(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            }
            Settings.refuseUnknown(properties.stringPropertyNames(), known);
        }
        return properties;
    }

    private static Set<String> names(Properties properties) {
        return properties.stringPropertyNames().stream().collect(Collectors.toSet());
    }
}
