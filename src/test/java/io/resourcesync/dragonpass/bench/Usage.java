package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** What processes have taken since they started, as Linux counts it in {@code /proc}. */
final class Usage {

    /** Ticks of {@code /proc/<pid>/stat} in a second; on every Linux that Java runs on. */
    private static final double TICKS = 100;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    private Usage() {}

    /** Seconds of CPU of one process. */
    static double cpuSeconds(long pid) throws IOException {
        return ticks(pid, USER, SYSTEM) / TICKS;
    }

    /** Seconds of CPU of a process, of its children, and of those that have ended. */
    static double cpuSecondsOfAll(long pid) throws IOException {
        double ticks = ticks(pid, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
        for (long child : ProcessHandle.of(pid)
                .orElseThrow()
                .children()
                .mapToLong(ProcessHandle::pid)
                .toArray()) {
            try {
                ticks += ticks(child, USER, SYSTEM);
            } catch (NoSuchFileException e) {
                // It has just ended, and stands in its parent's count next time.
            }
        }
        return ticks / TICKS;
    }

    /** The most memory that a process has had resident, in MiB. */
    static double peakRssMib(long pid) throws IOException {
        return status(pid, "VmHWM:");
    }

    /** The memory that a process has resident, in MiB. */
    static double rssMib(long pid) throws IOException {
        return status(pid, "VmRSS:");
    }

    private static double status(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double ticks(long pid, int... fields) throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
        // The name, in brackets, may hold blanks.
        String[] values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Arrays.stream(fields)
                .mapToLong(field -> Long.parseLong(values[field]))
                .sum();
    }
}
