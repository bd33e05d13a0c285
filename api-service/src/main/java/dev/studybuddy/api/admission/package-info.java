/**
 * This package limits how many reads of each kind run at a time, so that writes find an idle processor with a
 * connection.
 */
@NullMarked
package dev.studybuddy.api.admission;

import org.jspecify.annotations.NullMarked;
