/**
 * This package gives operators control over generations. An operator can list generations, start a rebuild, abort it,
 * and activate a generation. Each change is one compare-and-set on the read model's generation record; the projector's
 * instances follow it.
 *
 * <pre>
 *   rebuild ──> building ──ready (activation job), or operator──> active ──> previous ──> retired
 *                  └── abort ──> aborted                          ^── again ────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.operations.generation;

import org.jspecify.annotations.NullMarked;
