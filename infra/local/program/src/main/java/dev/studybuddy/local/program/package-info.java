/**
 * This package holds what every program of the local stack shares. A program reads its options, reports that it is
 * ready, ends together with the process that started it, and finds the checkout and the commands of the other programs.
 */
@NullMarked
package dev.studybuddy.local.program;

import org.jspecify.annotations.NullMarked;
