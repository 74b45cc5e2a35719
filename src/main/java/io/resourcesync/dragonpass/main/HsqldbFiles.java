package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private final Map<Path, FileChannel> held = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "hsqldb-files");
        thread.setDaemon(true);
        return thread;
    });

    /** @param database the path of its files, without their suffixes */
    HsqldbFiles(Path database) {
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

    /** Opens every file anew, as HSQLDB may have put another one in its place. */
    synchronized void look() {
        if (timer.isShutdown()) {
            return;
        }
        try {
            hold(log);
            hold(backup);
            try (FileChannel file = open(data, StandardOpenOption.WRITE)) {
                if (file != null) {
                    file.force(false);
                }
            }
        } catch (IOException e) {
            // HSQLDB learns of it by itself, as it has the file open too, and then no commit is trusted.
            LOG.debug("A file of HSQLDB cannot be brought to disk", e);
        }
    }

    private void hold(Path file) throws IOException {
        FileChannel present = open(file, StandardOpenOption.READ);
        FileChannel before = present == null ? held.remove(file) : held.put(file, present);
        if (before != null) {
            close(before);
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
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("A file that was only held open cannot be closed", e);
        }
    }
}
