/**
 * What the programs of the local stack share: their options, how they say that they are ready, how they end with whoever
 * started them, and how they are started.
 */
@NullMarked
package dev.studybuddy.local.program;

import org.jspecify.annotations.NullMarked;
