/**
 * This package measures the lag of each stage between a commit and its visibility. The stages are the outbox, the
 * consumer groups, and the read models. The metrics, the health and the lag headers of reads use a sample that one
 * thread takes about once a second.
 */
@NullMarked
package dev.studybuddy.api.operations.lag;

import org.jspecify.annotations.NullMarked;
