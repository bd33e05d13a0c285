/** Answers for StudyBuddy's events: which aggregates there are, what their states hold, and how they stand on a topic. */
@NullMarked
package dev.studybuddy.contract;

import org.jspecify.annotations.NullMarked;
