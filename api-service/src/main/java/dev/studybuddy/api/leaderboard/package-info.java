/**
 * This package serves the leaderboard, which ranks the users of a period by their points. A hidden profile appears only
 * to its own user and keeps its rank.
 */
@NullMarked
package dev.studybuddy.api.leaderboard;

import org.jspecify.annotations.NullMarked;
