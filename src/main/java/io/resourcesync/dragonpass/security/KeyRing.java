package io.resourcesync.dragonpass.security;

import com.nimbusds.jose.JWSVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The public keys that a folder or a JWKS file held at one moment.
 *
 * <p>The contents of the files are compared, not their times: times are coarse, and say nothing when
 * Kubernetes swaps the folder that a mounted secret points to.
 *
 * @param verifiers by kid
 * @param problems what is not used, and why
 * @param files what was read, by the file's name
 */
record KeyRing(Map<String, JWSVerifier> verifiers, List<KeyProblem> problems, Map<String, KeyFile> files) {

    static final KeyRing EMPTY = new KeyRing(Map.of(), List.of(), Map.of());

    private static final String UNREADABLE = "cannot be read: check its permissions";

    /**
     * Reads the keys again.
     *
     * <p>What is gone, or is no usable key any more, is not trusted any more. Only when the folder or
     * the JWKS file as a whole cannot be read or understood, such as while it is being written, the
     * keys stay as they were: which of them were meant to go, nobody could tell.
     *
     * @return this one when nothing has changed
     */
    KeyRing reread(Path place) {
        KeyRing now;
        if (Files.isDirectory(place)) {
            now = rereadFolder(place);
        } else if (Files.notExists(place)) {
            now = gone(place);
        } else {
            now = rereadJwks(place);
        }
        return now.verifiers.equals(verifiers) && now.problems.equals(problems) && now.files.equals(files) ? this : now;
    }

    private static KeyRing gone(Path place) {
        return new KeyRing(
                Map.of(), List.of(new KeyProblem(KeyId.printable(place.toString()), "is not there")), Map.of());
    }

    /** The same keys, as what they come from does not say anything else now. */
    private KeyRing unchangedFor(Path place, String reason) {
        return new KeyRing(verifiers, List.of(new KeyProblem(KeyId.printable(place.toString()), reason)), files);
    }

    private KeyRing rereadFolder(Path folder) {
        Map<String, KeyFile> current = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = name(entry);
                if (KeyFile.isPem(name)) {
                    KeyFile file = rereadPem(entry, name);
                    if (file != null) {
                        current.put(name, file);
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return gone(folder);
        } catch (IOException | DirectoryIteratorException e) {
            return unchangedFor(folder, UNREADABLE);
        }
        return of(current);
    }

    /** Null when it vanished meanwhile. */
    private KeyFile rereadPem(Path path, String name) {
        try {
            if (!Files.isRegularFile(path)) {
                return Files.exists(path) || Files.isSymbolicLink(path)
                        ? KeyFile.unreadable(name, "is no file, or points to none: put the key itself there")
                        : null;
            }
            byte[] contents = read(path, Pem.MAX_BYTES);
            KeyFile known = files.get(name);
            return known != null && known.holds(contents) ? known : KeyFile.pem(name, contents);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            return KeyFile.unreadable(name, UNREADABLE);
        }
    }

    private KeyRing rereadJwks(Path path) {
        String name = name(path);
        byte[] contents;
        try {
            if (!Files.isRegularFile(path)) {
                return unchangedFor(path, "cannot be read, or is neither a folder nor a file: name one of the two");
            }
            contents = read(path, KeyFile.MAX_JWKS_BYTES);
        } catch (NoSuchFileException e) {
            return gone(path);
        } catch (IOException e) {
            return unchangedFor(path, UNREADABLE);
        }
        KeyFile known = files.get(name);
        if (known != null && known.holds(contents)) {
            return of(Map.of(name, known));
        }
        try {
            return of(Map.of(name, KeyFile.jwks(name, contents)));
        } catch (UnusableKey e) {
            return unchangedFor(path, e.getMessage());
        }
    }

    private static KeyRing of(Map<String, KeyFile> files) {
        Map<String, JWSVerifier> verifiers = new TreeMap<>();
        List<KeyProblem> problems = new ArrayList<>();
        files.values().forEach(file -> {
            verifiers.putAll(file.verifiers());
            problems.addAll(file.problems());
        });
        return new KeyRing(Map.copyOf(verifiers), List.copyOf(problems), Map.copyOf(files));
    }

    /** One byte more than allowed is enough to tell that it is too large. */
    private static byte[] read(Path path, int limit) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(limit + 1);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
