/**
 * This package limits how many reads of each kind run at a time, so that processors and database connections remain
 * available to writes.
 */
@NullMarked
package dev.studybuddy.api.admission;

import org.jspecify.annotations.NullMarked;
