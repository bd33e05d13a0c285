/**
 * This package provides the servers that tests use. It is the one place that chooses between embedded servers,
 * containers and servers given by URL; the system property {@code studybuddy.servers} decides.
 */
@NullMarked
package dev.studybuddy.testkit;

import org.jspecify.annotations.NullMarked;
