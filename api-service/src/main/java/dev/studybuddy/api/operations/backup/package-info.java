/**
 * This package emits present states of aggregates again as snapshots. A full backup emits every aggregate, a job
 * emits those of a type, of a user or of a time range, and a single request emits one aggregate.
 */
@NullMarked
package dev.studybuddy.api.operations.backup;

import org.jspecify.annotations.NullMarked;
