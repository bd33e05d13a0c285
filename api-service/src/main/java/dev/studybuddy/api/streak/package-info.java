/** This package computes streaks from MongoDB. */
@NullMarked
package dev.studybuddy.api.streak;

import org.jspecify.annotations.NullMarked;
