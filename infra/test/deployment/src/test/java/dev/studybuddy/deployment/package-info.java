/** Checks the files with which the system is deployed, watched and operated. */
@NullMarked
package dev.studybuddy.deployment;

import org.jspecify.annotations.NullMarked;
