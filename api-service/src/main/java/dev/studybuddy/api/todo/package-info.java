/**
 * Answers for todos. Their answers have the shape of their events' states, and so of their mirrors: one shape, made in
 * one place.
 */
@NullMarked
package dev.studybuddy.api.todo;

import org.jspecify.annotations.NullMarked;
