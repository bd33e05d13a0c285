package dev.studybuddy.api.consistency;

import java.util.function.Supplier;

/**
 * A fallback is the read of CockroachDB that replaces a read of MongoDB.
 *
 * @param current whether the read shows every write that was committed before it
 * @param read the read, which may throw a {@link dev.studybuddy.api.http.ProblemException} with 503
 */
public record Fallback<T>(boolean current, Supplier<T> read) {}
