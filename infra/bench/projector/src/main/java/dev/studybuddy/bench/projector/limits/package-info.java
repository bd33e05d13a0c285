/** Programs that do less than any projector must: the raw limits. */
@NullMarked
package dev.studybuddy.bench.projector.limits;

import org.jspecify.annotations.NullMarked;
