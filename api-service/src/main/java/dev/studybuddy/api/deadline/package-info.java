/** This package limits the total time for which a request waits for servers. */
@NullMarked
package dev.studybuddy.api.deadline;

import org.jspecify.annotations.NullMarked;
