/**
 * This package contains the command-line program behind {@code infra/bench/run}, which parses options and prints
 * reports.
 */
@NullMarked
package dev.studybuddy.bench;

import org.jspecify.annotations.NullMarked;
