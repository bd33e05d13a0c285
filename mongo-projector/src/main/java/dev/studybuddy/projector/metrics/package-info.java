/**
 * This package publishes the projector's own metrics.
 *
 * <p>It names each meter with its tags in one place. The metrics of the clients come from their libraries, and the
 * classes that detect an outage register its gauge themselves.
 */
@NullMarked
package dev.studybuddy.projector.metrics;

import org.jspecify.annotations.NullMarked;
