/** This package writes to MongoDB through fenced sessions, which end with their connection. */
@NullMarked
package dev.studybuddy.projector.mongo;

import org.jspecify.annotations.NullMarked;
