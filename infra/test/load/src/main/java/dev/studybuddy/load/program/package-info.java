/**
 * This package contains the command-line program behind {@code infra/bench/run}, which parses options and prints
 * reports.
 */
@NullMarked
package dev.studybuddy.load.program;

import org.jspecify.annotations.NullMarked;
