/**
 * This package starts the API service. The service offers StudyBuddy's REST interface, writes to CockroachDB, and reads
 * from MongoDB.
 */
@NullMarked
package dev.studybuddy.api;

import org.jspecify.annotations.NullMarked;
