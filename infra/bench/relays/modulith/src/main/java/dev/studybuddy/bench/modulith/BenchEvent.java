package dev.studybuddy.bench.modulith;

/** The benchmark's payload. */
public record BenchEvent(long n, long at, String key, long version, String kind, String subject, String pad) {}
