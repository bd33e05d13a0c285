/** Answers for users: who there is, in which time zone their days are, and what goes with them when they are deleted. */
@NullMarked
package dev.studybuddy.api.user;

import org.jspecify.annotations.NullMarked;
