/**
 * This package runs a task of the service at intervals, from the service's start to its end. If the thread of a
 * background loop ends by itself, it reports the process as broken.
 */
@NullMarked
package dev.studybuddy.api.periodic;

import org.jspecify.annotations.NullMarked;
