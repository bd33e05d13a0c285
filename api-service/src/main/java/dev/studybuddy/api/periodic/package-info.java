/** This package runs a task of the service at intervals, from the service's start to its end. */
@NullMarked
package dev.studybuddy.api.periodic;

import org.jspecify.annotations.NullMarked;
