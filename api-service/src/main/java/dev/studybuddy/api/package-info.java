/** Answers for starting the API service: StudyBuddy's REST interface, its writes to CockroachDB and its reads from MongoDB. */
@NullMarked
package dev.studybuddy.api;

import org.jspecify.annotations.NullMarked;
