/** This package measures the requests of the API next to the database operations that they consist of. */
@NullMarked
package dev.studybuddy.bench.api;

import org.jspecify.annotations.NullMarked;
