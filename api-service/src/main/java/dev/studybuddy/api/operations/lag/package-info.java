/**
 * This package measures the lag of each stage between a commit and its visibility. The stages are the outbox, the
 * consumer groups, and the read models. A sample each second feeds the metrics and the lag headers of reads.
 */
@NullMarked
package dev.studybuddy.api.operations.lag;

import org.jspecify.annotations.NullMarked;
