package io.resourcesync.dragonpass.bench;

/**
 * One load on one contender, and what it took.
 *
 * @param serverCpuSeconds of the contender's process
 * @param databaseCpuSeconds of the database server; 0 for one that is part of the contender's process
 * @param peakRssMib the most memory the contender's process has had since it started
 */
record Turn(Outcome outcome, double serverCpuSeconds, double databaseCpuSeconds, double peakRssMib) {}
