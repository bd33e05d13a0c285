/**
 * This package serves study sessions. An answer has the shape of the state in the session's events, from which the
 * mirror is made: one record defines the shape of all three.
 */
@NullMarked
package dev.studybuddy.api.session;

import org.jspecify.annotations.NullMarked;
