/** Answers for histories: the real lease and ordering code, many instances, faults, on simulated time and servers. */
@NullMarked
package dev.studybuddy.publisher.simulation;

import org.jspecify.annotations.NullMarked;
