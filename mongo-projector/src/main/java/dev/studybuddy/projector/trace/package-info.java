/** Answers for traces: what began with an HTTP request goes on to the batch that writes its event to MongoDB. */
@NullMarked
package dev.studybuddy.projector.trace;

import org.jspecify.annotations.NullMarked;
