/** This package checks the files with which operators deploy, monitor and operate the system. */
@NullMarked
package dev.studybuddy.deployment;

import org.jspecify.annotations.NullMarked;
