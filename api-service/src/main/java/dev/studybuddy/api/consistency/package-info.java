/**
 * This package implements consistency tokens, which a write returns so that a later read can require to see that write.
 */
@NullMarked
package dev.studybuddy.api.consistency;

import org.jspecify.annotations.NullMarked;
