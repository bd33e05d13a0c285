/**
 * This package serves study sessions. One record, {@code SessionState}, defines the shape of an answer, of the state in
 * an event, and of the state in the mirror.
 */
@NullMarked
package dev.studybuddy.api.session;

import org.jspecify.annotations.NullMarked;
