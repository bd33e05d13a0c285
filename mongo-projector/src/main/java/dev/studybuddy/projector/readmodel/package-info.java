/** This package defines the interface of a read model. It also defines the few MongoDB operations that fill one. */
@NullMarked
package dev.studybuddy.projector.readmodel;

import org.jspecify.annotations.NullMarked;
