/** Answers for what a user, or everyone, did in a span of days, and for streaks. */
@NullMarked
package dev.studybuddy.api.analytics;

import org.jspecify.annotations.NullMarked;
