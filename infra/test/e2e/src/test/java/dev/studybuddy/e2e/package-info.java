/**
 * This package tests the whole system. The tests start the programs as users do, inject faults, and compare the read
 * model with the source of truth.
 */
@NullMarked
package dev.studybuddy.e2e;

import org.jspecify.annotations.NullMarked;
