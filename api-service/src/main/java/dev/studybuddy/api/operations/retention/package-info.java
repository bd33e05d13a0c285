/** This package removes old rows from every table and collection that has a retention. */
@NullMarked
package dev.studybuddy.api.operations.retention;

import org.jspecify.annotations.NullMarked;
