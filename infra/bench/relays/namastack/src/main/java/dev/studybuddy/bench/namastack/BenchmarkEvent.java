package dev.studybuddy.bench.namastack;

/** This record is the payload of the benchmark's events. */
public record BenchmarkEvent(long n, long at, String key, long version, String kind, String subject, String pad) {}
