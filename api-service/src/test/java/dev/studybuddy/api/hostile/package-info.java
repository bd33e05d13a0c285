/** This package sends hostile and concurrent requests to the whole service. */
@NullMarked
package dev.studybuddy.api.hostile;

import org.jspecify.annotations.NullMarked;
