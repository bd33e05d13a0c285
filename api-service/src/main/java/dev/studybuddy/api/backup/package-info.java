/** Answers for emitting present states again, as snapshots: all of them, paced, or one. */
@NullMarked
package dev.studybuddy.api.backup;

import org.jspecify.annotations.NullMarked;
