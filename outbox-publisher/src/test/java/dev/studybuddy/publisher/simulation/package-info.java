/**
 * This package checks the publishing protocol by random histories. Each history runs many instances of the real lease
 * and ordering code with injected faults, on simulated time and servers.
 */
@NullMarked
package dev.studybuddy.publisher.simulation;

import org.jspecify.annotations.NullMarked;
