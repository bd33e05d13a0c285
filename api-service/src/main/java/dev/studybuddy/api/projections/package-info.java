/**
 * Answers for an operator's hand on generations: to see them, to build the next one, to switch. Each change is one
 * compare-and-set on the read model's record; the projector's instances follow it.
 *
 * <pre>
 *   rebuild ──> building ──caught up, a sample clean (a job), or by hand──> active ──> previous ──> retired
 *                  └── abort ──> aborted                          ^──── by hand ────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.projections;

import org.jspecify.annotations.NullMarked;
