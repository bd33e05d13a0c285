/**
 * This package serves todos. An answer has the shape of the state in the todo's events, from which the mirror is made:
 * one record defines the shape of all three.
 */
@NullMarked
package dev.studybuddy.api.todo;

import org.jspecify.annotations.NullMarked;
