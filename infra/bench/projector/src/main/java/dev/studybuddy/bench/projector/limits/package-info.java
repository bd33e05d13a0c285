/** This package measures raw limits with programs that do less work than any projector must. */
@NullMarked
package dev.studybuddy.bench.projector.limits;

import org.jspecify.annotations.NullMarked;
