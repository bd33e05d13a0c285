/**
 * This package serves the analytics of a user, or of everyone, for a span of days. The leaderboard uses its computation of
 * streaks.
 */
@NullMarked
package dev.studybuddy.api.analytics;

import org.jspecify.annotations.NullMarked;
