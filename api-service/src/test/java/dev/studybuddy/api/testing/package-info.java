/** This package runs this service inside a test, where clients call it over HTTP. */
@NullMarked
package dev.studybuddy.api.testing;

import org.jspecify.annotations.NullMarked;
