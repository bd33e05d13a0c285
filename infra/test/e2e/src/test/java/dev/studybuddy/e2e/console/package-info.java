/** This package tests the operators' console in a real browser, against the programs as users start them. */
@NullMarked
package dev.studybuddy.e2e.console;

import org.jspecify.annotations.NullMarked;
