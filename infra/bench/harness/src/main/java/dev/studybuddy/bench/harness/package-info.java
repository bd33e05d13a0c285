/** This package starts server processes and measures their CPU time. */
@NullMarked
package dev.studybuddy.bench.relays.servers;

import org.jspecify.annotations.NullMarked;
