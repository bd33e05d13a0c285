/** This package measures requests of the API and compares them with the database operations that they consist of. */
@NullMarked
package dev.studybuddy.bench.api;

import org.jspecify.annotations.NullMarked;
