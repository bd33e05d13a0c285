/** This package starts the program. It connects the read models with their journals, consumers and clients. */
@NullMarked
package dev.studybuddy.projector;

import org.jspecify.annotations.NullMarked;
