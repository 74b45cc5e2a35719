package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does in advance, and afterwards, a part of what a checkpoint of HSQLDB does while all commits wait for it:
 * brings to disk what was written to the data file, and gives back the space of the files that it removes.
 * For the latter they are held open: the space of a file is given back when nobody has it open any more.
 *
 * <p>Only where a file can be removed while it is open, so not on Windows.
 */
final class HsqldbFiles {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    private static final long PERIOD_MILLIS = 250;

    private final Path data;
    private final Path log;
    private final Path backup;
    private final Consumer<IOException> lost;
    private final Map<Path, FileChannel> held = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "hsqldb-files");
        thread.setDaemon(true);
        return thread;
    });

    /** Held open, as only who had a file open before is told for sure that it could not be written. */
    private FileChannel dataFile;

    /** What tells the file that is open from another one of that name; null when none is open. */
    private Object dataKey;

    /**
     * @param database the path of its files, without their suffixes
     * @param lost told when the data file could not be brought to disk
     */
    HsqldbFiles(Path database, Consumer<IOException> lost) {
        this.lost = lost;
        this.data = database.resolveSibling(database.getFileName() + ".data");
        this.log = database.resolveSibling(database.getFileName() + ".log");
        this.backup = database.resolveSibling(database.getFileName() + ".backup");
    }

    /** Goes on until it is stopped. */
    HsqldbFiles start() {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
        return this;
    }

    /** HSQLDB may have put another file in the place of each. */
    synchronized void look() {
        if (timer.isShutdown()) {
            return;
        }
        try {
            boolean hasRoom = hasRoom();
            hold(log, hasRoom);
            hold(backup, hasRoom);
            openData();
        } catch (IOException e) {
            LOG.debug("A file of HSQLDB cannot be opened", e);
        }
        try {
            if (dataFile != null) {
                dataFile.force(false);
            }
        } catch (IOException e) {
            lost.accept(e);
        }
    }

    /** Whether what is removed need not be given back at once. */
    private boolean hasRoom() {
        return data.getParent().toFile().getUsableSpace()
                >= 2 * (log.toFile().length() + backup.toFile().length());
    }

    private void hold(Path file, boolean hasRoom) throws IOException {
        FileChannel present = hasRoom ? open(file, StandardOpenOption.READ) : null;
        close(present == null ? held.remove(file) : held.put(file, present));
    }

    private void openData() throws IOException {
        Object key = Files.exists(data)
                ? Files.readAttributes(data, BasicFileAttributes.class).fileKey()
                : null;
        if (!Objects.equals(key, dataKey)) {
            close(dataFile);
            dataFile = open(data, StandardOpenOption.WRITE);
            dataKey = dataFile == null ? null : key;
        }
    }

    private static FileChannel open(Path file, OpenOption option) throws IOException {
        try {
            return FileChannel.open(file, option);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    synchronized void stop() {
        timer.shutdown();
        held.values().forEach(HsqldbFiles::close);
        held.clear();
        close(dataFile);
        dataFile = null;
    }

    private static void close(FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.debug("A file that was only held open cannot be closed", e);
        }
    }
}
