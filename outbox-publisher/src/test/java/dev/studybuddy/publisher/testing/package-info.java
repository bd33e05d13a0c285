/** This package creates databases for the tests of the publisher. */
@NullMarked
package dev.studybuddy.publisher.testing;

import org.jspecify.annotations.NullMarked;
