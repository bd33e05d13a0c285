/**
 * This package turns the bytes of records into states.
 *
 * <p>A record that it cannot decode becomes a dead letter with a stable reason; no record makes it throw an exception.
 * It converts values of older schemas to the present schema, so that no other package reads values of an older one. It
 * has no state and no side effects; each partition task has a decoder of its own.
 */
@NullMarked
package dev.studybuddy.projector.decode;

import org.jspecify.annotations.NullMarked;
