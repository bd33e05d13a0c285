/** This package defines the interface that a developer implements to add a read model. */
@NullMarked
package dev.studybuddy.projector.readmodel;

import org.jspecify.annotations.NullMarked;
