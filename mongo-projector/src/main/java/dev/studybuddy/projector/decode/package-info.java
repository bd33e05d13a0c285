/**
 * This package turns the bytes of records into states.
 *
 * <p>A record that it cannot decode becomes a dead letter with a stable reason; no record makes it throw an exception.
 * It converts the values of older schemas to the present shape, so that no other package handles an old shape. It has
 * no state and no side effects; each partition task has a decoder of its own.
 */
@NullMarked
package dev.studybuddy.projector.decode;

import org.jspecify.annotations.NullMarked;
