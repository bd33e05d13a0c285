/** This package continues the trace of an HTTP request in the batch that writes the request's event to MongoDB. */
@NullMarked
package dev.studybuddy.projector.trace;

import org.jspecify.annotations.NullMarked;
