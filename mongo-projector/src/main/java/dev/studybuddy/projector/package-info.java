/** Answers for the program: it puts the read models, their journals and consumers together and starts them. */
@NullMarked
package dev.studybuddy.projector;

import org.jspecify.annotations.NullMarked;
