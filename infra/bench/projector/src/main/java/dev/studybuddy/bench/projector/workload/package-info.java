/**
 * This package writes a fixed mix of events to topics. It also computes the documents that MongoDB must hold
 * afterwards.
 */
@NullMarked
package dev.studybuddy.bench.projector.workload;

import org.jspecify.annotations.NullMarked;
