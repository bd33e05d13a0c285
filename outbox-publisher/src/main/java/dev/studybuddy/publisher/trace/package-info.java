/** This package continues the trace of a request in the span that publishes the request's event. */
@NullMarked
package dev.studybuddy.publisher.trace;

import org.jspecify.annotations.NullMarked;
