/**
 * Answers for generations: which of them this instance serves, how one begins, and how one goes.
 *
 * <pre>
 *   (none) ──▶ building ──▶ active ──▶ previous ──▶ retired ──▶ dropped
 *                 │            │
 *                 ▼            ▼
 *              aborted       broken (its topics are not what they were)
 * </pre>
 *
 * <p>One thread reads each read model's record once a second and brings what runs here into line with it. Every change of
 * the record is a compare-and-set, so any number of instances may do the same; the first wins. The first generation of
 * all is active at once, since there is nothing to go on answering meanwhile; the switch of later ones is the API's.
 */
@NullMarked
package dev.studybuddy.projector.generation;

import org.jspecify.annotations.NullMarked;
