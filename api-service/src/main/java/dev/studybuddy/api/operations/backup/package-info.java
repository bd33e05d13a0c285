/**
 * This package emits present states of aggregates again as snapshots. A full backup emits every aggregate, no faster
 * than the outbox drains; a single request emits one aggregate.
 */
@NullMarked
package dev.studybuddy.api.operations.backup;

import org.jspecify.annotations.NullMarked;
