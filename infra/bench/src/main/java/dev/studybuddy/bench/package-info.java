/** Answers for the programs behind {@code infra/bench/run}: their options, and what they tell. */
@NullMarked
package dev.studybuddy.bench;

import org.jspecify.annotations.NullMarked;
