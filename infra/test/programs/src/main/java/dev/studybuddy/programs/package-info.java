/**
 * This package runs the services in processes of their own, so that end-to-end tests can start, kill and freeze them as
 * users and operating systems do.
 */
@NullMarked
package dev.studybuddy.programs;

import org.jspecify.annotations.NullMarked;
