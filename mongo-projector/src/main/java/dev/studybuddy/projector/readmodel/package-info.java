/** Answers for what a read model is, and for the few MongoDB operations that fill one. */
@NullMarked
package dev.studybuddy.projector.readmodel;

import org.jspecify.annotations.NullMarked;
