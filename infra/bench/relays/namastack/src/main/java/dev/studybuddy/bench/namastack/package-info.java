/** This package runs namastack-outbox as a relay from its own table. */
@NullMarked
package dev.studybuddy.bench.namastack;

import org.jspecify.annotations.NullMarked;
