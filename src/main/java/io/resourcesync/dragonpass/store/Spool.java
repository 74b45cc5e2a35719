package io.resourcesync.dragonpass.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes on disk, one file each, while the database is away. A push is in the spool once its file was
 * flushed, renamed to its final name and the folder flushed: a process or a machine that dies before
 * that has not acknowledged it. The folder belongs to one process.
 *
 * <p>Camel's file component would write the files, but does not flush them: 4.18 has an option {@code
 * forceWrites} which nothing reads.
 */
public final class Spool extends ServiceSupport {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.spool");

    private static final String RECORD = ".push";
    private static final String UNFINISHED = ".tmp";

    /** What a small file takes on disk. */
    private static final long BLOCK = 4096;

    private final Path folder;
    private final long maxBytes;
    private final Clock clock;
    private final FileChannel lock;

    /** Tells the files of one process from those of another, whatever their clocks say. */
    private final String process =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

    private final AtomicLong lastNumber = new AtomicLong();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    private Spool(Path folder, long maxBytes, Clock clock, FileChannel lock) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.lock = lock;
    }

    /**
     * Opens the folder, which is made when it is not there, with all that a process left in it.
     *
     * @param maxBytes what the files may take on disk together, each as whole blocks
     * @throws IOException when the folder cannot be used, or another process uses it
     */
    public static Spool open(Path folder, long maxBytes, Clock clock, MeterRegistry metrics) throws IOException {
        Files.createDirectories(folder);
        FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(lock)) {
                throw new IOException("another process uses " + folder);
            }
            Spool spool = new Spool(folder, maxBytes, clock, lock);
            spool.adopt();
            spool.publish(metrics);
            return spool;
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Takes over what is there. A file that was not finished was not acknowledged either, but what it
     * holds may be a whole push, and if not, quarantine is the place for it.
     */
    private void adopt() throws IOException {
        flush(folder.toAbsolutePath().getParent());
        for (Path unfinished : files(UNFINISHED)) {
            String name = unfinished.getFileName().toString();
            Files.move(unfinished, folder.resolve(name.replace(UNFINISHED, RECORD)), StandardCopyOption.ATOMIC_MOVE);
        }
        flush(folder);
        for (Path record : files(RECORD)) {
            records.incrementAndGet();
            bytes.addAndGet(blocks(Files.size(record)));
        }
        if (records.get() > 0) {
            LOG.warn("{} pushes are left in the spool {} and will be stored", records, folder);
        }
    }

    private void publish(MeterRegistry metrics) {
        Gauge.builder("dragonpass.spool.records", records, AtomicLong::get)
                .description("Pushes that wait on disk for the database")
                .register(metrics);
        Gauge.builder("dragonpass.spool.used", () -> (double) bytes.get() / maxBytes)
                .description("How full the spool is, from 0 to 1; at 1 pushes are answered 503")
                .register(metrics);
    }

    /**
     * Adds a push; it is durable when this returns.
     *
     * @throws IOException when the spool is full or cannot be written; the push is not in it, then
     */
    public void append(byte[] push) throws IOException {
        long size = blocks(push.length);
        if (bytes.addAndGet(size) > maxBytes) {
            bytes.addAndGet(-size);
            throw new IOException("the spool is full: " + folder + " holds " + records + " pushes");
        }
        String name = "%013d-%09d-%s".formatted(clock.millis(), lastNumber.incrementAndGet(), process);
        Path unfinished = folder.resolve(name + UNFINISHED);
        Path record = folder.resolve(name + RECORD);
        try {
            try (FileChannel file =
                    FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(push);
                while (rest.hasRemaining()) {
                    file.write(rest);
                }
                file.force(true);
            }
            Files.move(unfinished, record, StandardCopyOption.ATOMIC_MOVE);
            flush(folder);
        } catch (IOException e) {
            discard(unfinished);
            if (discard(record)) {
                bytes.addAndGet(-size);
            } else {
                records.incrementAndGet();
            }
            throw e;
        }
        records.incrementAndGet();
    }

    /**
     * What is left of a failed write would take room that is scarce.
     *
     * @return whether nothing is left
     */
    private static boolean discard(Path file) {
        try {
            Files.deleteIfExists(file);
            return true;
        } catch (IOException e) {
            LOG.warn("{} is of no use and could not be deleted: {}", file, e.toString());
            return false;
        }
    }

    /** Whether a push could be added now; writes and deletes a file to find out. */
    public boolean isWritable() {
        if (bytes.get() + BLOCK > maxBytes) {
            return false;
        }
        Path probe = folder.resolve("probe");
        try {
            try (FileChannel file = FileChannel.open(
                    probe, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                file.write(ByteBuffer.allocate((int) BLOCK));
                file.force(true);
            }
            Files.delete(probe);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The next records, the oldest first, by the clock of this node.
     *
     * @param limit so many at most
     */
    public List<String> oldest(int limit) throws IOException {
        if (records.get() == 0) {
            return List.of();
        }
        return files(RECORD).stream()
                .map(file -> file.getFileName().toString())
                .sorted()
                .limit(limit)
                .toList();
    }

    /** The push of a record, as a list of one, so that it can be split off. */
    public List<byte[]> read(String record) throws IOException {
        return List.of(Files.readAllBytes(folder.resolve(record)));
    }

    /** Removes a record whose push is in the database. */
    public void remove(String record) throws IOException {
        Path file = folder.resolve(record);
        try {
            long size = Files.size(file);
            Files.delete(file);
            bytes.addAndGet(-blocks(size));
            if (records.decrementAndGet() == 0) {
                LOG.info("The spool is drained");
            }
        } catch (NoSuchFileException e) {
            LOG.warn("{} was taken out of the spool by someone else", record);
            records.decrementAndGet();
        }
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }

    private static long blocks(long size) {
        return Math.max(1, (size + BLOCK - 1) / BLOCK) * BLOCK;
    }

    /** Makes the names in a folder durable, as a flush of a file does for its content alone. */
    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Lets another process have the folder. */
    @Override
    protected void doStop() throws IOException {
        lock.close();
    }
}
