/**
 * This package tests publishers as processes of their own. The tests inject faults and compare the topics with the
 * outbox.
 */
@NullMarked
package dev.studybuddy.e2e.publisher;

import org.jspecify.annotations.NullMarked;
