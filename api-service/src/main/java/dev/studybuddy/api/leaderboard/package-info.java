/** Answers for the leaderboard: who has how many points in a period, in which rank, and who may see whom. */
@NullMarked
package dev.studybuddy.api.leaderboard;

import org.jspecify.annotations.NullMarked;
