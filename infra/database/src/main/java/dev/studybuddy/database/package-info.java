/** Answers for StudyBuddy's domain schema: where its Flyway scripts are. */
@NullMarked
package dev.studybuddy.database;

import org.jspecify.annotations.NullMarked;
