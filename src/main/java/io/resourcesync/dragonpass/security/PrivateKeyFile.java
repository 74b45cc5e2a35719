package io.resourcesync.dragonpass.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** The file with our private key, which must be ours alone. */
final class PrivateKeyFile {

    /** The group may read: a secret that Kubernetes mounts for a user other than root is read by its group. */
    private static final Set<PosixFilePermission> TOO_OPEN = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private PrivateKeyFile() {}

    static RSAPrivateKey read(Path path) throws UnusableKey {
        String name = KeyId.printable(path.toString());
        byte[] contents = {};
        try {
            checkPermissions(path, name);
            try (InputStream in = Files.newInputStream(path)) {
                contents = in.readNBytes(Pem.MAX_BYTES);
            }
            return RsaKeys.privateKey(contents);
        } catch (UnusableKey e) {
            throw new UnusableKey(name + " " + e.getMessage());
        } catch (IOException e) {
            throw new UnusableKey(name + " cannot be read (" + e.getClass().getSimpleName()
                    + "): check that it is there and that this process may read it");
        } finally {
            Arrays.fill(contents, (byte) 0);
        }
    }

    private static void checkPermissions(Path path, String name) throws IOException, UnusableKey {
        PosixFileAttributeView posix = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (posix == null) {
            return;
        }
        if (posix.readAttributes().permissions().stream().anyMatch(TOO_OPEN::contains)) {
            throw new UnusableKey("is open to others: chmod 600 " + name
                    + " (in Kubernetes, defaultMode 0400 of the secret's volume)");
        }
    }
}
