package dev.studybuddy.projector.consume;

/**
 * These limits bound the size of one batch or of one queue of records.
 *
 * @param records the highest number of records
 * @param bytes the highest total size in bytes of keys and values; a single record may be larger
 */
public record BatchLimits(int records, long bytes) {}
