/**
 * This package serves todos. One record, {@code TodoState}, defines the shape of an answer, of the state in an event,
 * and of the state in the mirror.
 */
@NullMarked
package dev.studybuddy.api.todo;

import org.jspecify.annotations.NullMarked;
