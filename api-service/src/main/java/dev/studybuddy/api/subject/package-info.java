/** This package serves the subjects of users: their list, their changes, and the report of the hardest ones. */
@NullMarked
package dev.studybuddy.api.subject;

import org.jspecify.annotations.NullMarked;
