/**
 * This package reports to a caller, as server-sent events, which versions of the caller's aggregates the read model
 * shows.
 */
@NullMarked
package dev.studybuddy.api.stream;

import org.jspecify.annotations.NullMarked;
