package dev.studybuddy.projector.consume;

/**
 * How much one batch holds.
 *
 * @param records at most
 * @param bytes at most, keys and values; a single record may be larger
 */
public record BatchLimits(int records, long bytes) {}
