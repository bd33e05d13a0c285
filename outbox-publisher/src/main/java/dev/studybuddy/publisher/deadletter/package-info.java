/** This package defines the headers of the records on dead-letter topics. */
@NullMarked
package dev.studybuddy.publisher.deadletter;

import org.jspecify.annotations.NullMarked;
