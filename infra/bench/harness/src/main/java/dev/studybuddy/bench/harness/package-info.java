/**
 * This package contains the parts that all benchmarks share.
 *
 * <p>They start processes, measure CPU time and write reports.
 */
@NullMarked
package dev.studybuddy.bench.harness;

import org.jspecify.annotations.NullMarked;
