/**
 * This package computes streaks, the numbers of active days in a row. The analytics and the leaderboard show them.
 */
@NullMarked
package dev.studybuddy.api.streak;

import org.jspecify.annotations.NullMarked;
