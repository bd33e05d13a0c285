/** This package serves the report of the hardest subjects of a user or of everyone. */
@NullMarked
package dev.studybuddy.api.subject;

import org.jspecify.annotations.NullMarked;
