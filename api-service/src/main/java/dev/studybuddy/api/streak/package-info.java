/**
 * This package computes streaks: the numbers of consecutive days on which users had a session or completed a todo. The
 * analytics and the leaderboard show them.
 */
@NullMarked
package dev.studybuddy.api.streak;

import org.jspecify.annotations.NullMarked;
