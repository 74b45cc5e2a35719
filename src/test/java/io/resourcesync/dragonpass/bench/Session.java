package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What all measurements on one database share.
 *
 * @param database its name
 * @param work a folder for the contenders
 */
record Session(Options options, String database, Store store, Path work, Results results) {

    /**
     * @param purpose names the folder of these contenders
     */
    Contenders contenders(String purpose) throws IOException {
        return new Contenders(options, store, work.resolve(database).resolve(purpose));
    }

    Cell cell(int connections, int batchSize) {
        return new Cell(database, connections, batchSize);
    }

    /** Keeps a figure, and says it. */
    void note(Cell cell, String contender, String figure, double value) {
        results.add(cell, contender, figure, value);
        say("%-10s %s: %s", contender, figure, Report.number(value));
    }

    static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
