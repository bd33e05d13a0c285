/**
 * This package runs a task of the service at intervals, from the service's start to its end. It reports the process as
 * down if the thread of a background loop has ended because of an error; only a restart repairs this.
 */
@NullMarked
package dev.studybuddy.api.periodic;

import org.jspecify.annotations.NullMarked;
