/** This package assembles the publisher from its parts. It also reads its settings, starts it and stops it. */
@NullMarked
package dev.studybuddy.publisher;

import org.jspecify.annotations.NullMarked;
