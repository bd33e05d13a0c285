/**
 * Answers for reaching MongoDB: clients that give up early for requests and late for jobs, a gate that fails at once while
 * MongoDB is away, and the generation that answers.
 *
 * <pre>
 *   gate:  closed ──half of the last calls failed──> open ──1 s──> half open ──one call well──> closed
 *                                                     ^─────────────── one failed ──┘
 *   generation:  serving n ──record says m──> waits until m's journals are not below n's, at most 5 s ──> serving m
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.mongo;

import org.jspecify.annotations.NullMarked;
