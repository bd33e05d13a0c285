/** Answers for the description of the API at {@code /openapi}: for programs as JSON, for people as a page. */
@NullMarked
package dev.studybuddy.api.openapi;

import org.jspecify.annotations.NullMarked;
