/** This package serves the state of jobs. */
@NullMarked
package dev.studybuddy.api.operations.job;

import org.jspecify.annotations.NullMarked;
