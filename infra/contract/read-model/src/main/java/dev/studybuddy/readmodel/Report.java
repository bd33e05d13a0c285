package dev.studybuddy.readmodel;

import java.util.Map;
import java.util.function.Function;

/**
 * A report is an answer that the API computes from one rollup: the rollup of a user, or the rollup of all users. The
 * API checks that the caller may read it, and waits for the writes of the caller's consistency tokens.
 *
 * @param period the period of the rollup, for example {@link Periods#ALL}
 * @param answer the pure function that computes the answer from the fields of the rollup; the map is empty if the
 *     rollup does not exist. The API writes the answer as JSON.
 */
public record Report(String period, Function<Map<String, Object>, Object> answer) {}
