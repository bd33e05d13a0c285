package dev.studybuddy.bench.modulith;

/** This record is the payload of the benchmark's events. */
public record BenchEvent(long n, long at, String key, long version, String kind, String subject, String pad) {}
