/** The fixed mix of events, the writer that puts it on topics, and what MongoDB must hold of it. */
@NullMarked
package dev.studybuddy.bench.projector.workload;

import org.jspecify.annotations.NullMarked;
