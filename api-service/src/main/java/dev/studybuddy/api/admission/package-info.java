/** This package limits how many requests read the read models at a time, so that writes find an idle processor. */
@NullMarked
package dev.studybuddy.api.admission;

import org.jspecify.annotations.NullMarked;
