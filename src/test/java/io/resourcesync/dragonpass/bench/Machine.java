package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.testing.RsaPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.Signature;

/** How fast the machine itself is at the moment: what rates of different days, or rounds, are to be seen beside. */
final class Machine {

    /** The contender in whose name its figures are kept. */
    static final String NAME = "machine";

    /** The median time until 4 KiB more of a file are on the disk, which bounds commits that share no flush. */
    static final String FLUSH = "flush ms";

    /** Signatures that one core verifies in a second. */
    static final String CORE = "RSA-2048 verified/s";

    private static final int BLOCK = 4096;
    private static final int FLUSHES = 100;
    private static final double VERIFYING_SECONDS = 0.2;

    private final Path folder;
    private final Signature signature;
    private final byte[] signed;

    /**
     * @param folder on the disk in question
     */
    Machine(Path folder) {
        this.folder = folder;
        try {
            RsaPair pair = RsaPair.generate();
            signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.privateKey());
            signed = signature.sign();
            signature.initVerify(pair.publicKey());
            verifiedPerSecond(5 * VERIFYING_SECONDS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps both as the values of the next round. */
    void measure(Cell cell, Session session) throws IOException {
        session.note(cell, NAME, FLUSH, flushMillis());
        try {
            session.note(cell, NAME, CORE, verifiedPerSecond(VERIFYING_SECONDS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private double flushMillis() throws IOException {
        Path file = Files.createTempFile(folder, "flush", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Latencies flushes = new Latencies();
            for (int i = 0; i < FLUSHES; i++) {
                long begin = System.nanoTime();
                channel.write(ByteBuffer.allocate(BLOCK));
                channel.force(false);
                flushes.record(System.nanoTime() - begin);
            }
            return flushes.quantile(0.5);
        } finally {
            Files.delete(file);
        }
    }

    private double verifiedPerSecond(double seconds) throws GeneralSecurityException {
        long begin = System.nanoTime();
        long now = begin;
        int verified = 0;
        while (now - begin < seconds * 1e9) {
            if (!signature.verify(signed)) {
                throw new GeneralSecurityException("its own signature is refused");
            }
            verified++;
            now = System.nanoTime();
        }
        return verified / ((now - begin) / 1e9);
    }
}
