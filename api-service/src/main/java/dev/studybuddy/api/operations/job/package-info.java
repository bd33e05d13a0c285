/** This package serves the progress of jobs to operators, who can also cancel a job. */
@NullMarked
package dev.studybuddy.api.operations.job;

import org.jspecify.annotations.NullMarked;
