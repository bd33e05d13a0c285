/**
 * This package contains the command-line program that {@code infra/bench/run} starts, which parses options and prints
 * reports.
 */
@NullMarked
package dev.studybuddy.load.program;

import org.jspecify.annotations.NullMarked;
