/** This package measures the projector. It holds the metrics and the lag of this instance's live events. */
@NullMarked
package dev.studybuddy.projector.lag;

import org.jspecify.annotations.NullMarked;
