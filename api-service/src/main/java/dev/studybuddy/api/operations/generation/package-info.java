/**
 * This package gives operators control over read models and their generations. An operator can list generations, start
 * a rebuild, abort it, activate a generation, pause a read model, and mark a document as broken. Each change of a
 * generation or of a pause is one compare-and-set on the generation record of the read model. The projector's instances
 * read this record and act on it.
 *
 * <pre>
 *   rebuild ──> building ──ready (activation job), or operator──> active ──> previous ──> retired
 *                  └── abort ──> aborted                          ^── again ────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.operations.generation;

import org.jspecify.annotations.NullMarked;
