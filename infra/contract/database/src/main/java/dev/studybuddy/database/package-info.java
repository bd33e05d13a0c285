/** This package locates the Flyway scripts of StudyBuddy's domain schema. */
@NullMarked
package dev.studybuddy.database;

import org.jspecify.annotations.NullMarked;
