/** This package decodes records into states or into dead letters with their reasons. */
@NullMarked
package dev.studybuddy.projector.decode;

import org.jspecify.annotations.NullMarked;
