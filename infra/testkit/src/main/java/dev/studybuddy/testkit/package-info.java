/**
 * The servers that tests run on. The one place that chooses between embedded ones, containers, and ones given by URL, as
 * the system property {@code studybuddy.servers} says.
 */
@NullMarked
package dev.studybuddy.testkit;

import org.jspecify.annotations.NullMarked;
