/**
 * This package publishes the metrics of batches and of dead letters.
 *
 * <p>It names each of these meters with its tags in one place. A class that detects an outage, a wait of a partition,
 * or a defect of topics or indexes registers the gauge of this state itself. The metrics of the clients come from their
 * libraries.
 */
@NullMarked
package dev.studybuddy.projector.metrics;

import org.jspecify.annotations.NullMarked;
