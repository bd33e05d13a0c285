/** Answers for running this service inside a test, and for calling it over HTTP. */
@NullMarked
package dev.studybuddy.api.testing;

import org.jspecify.annotations.NullMarked;
