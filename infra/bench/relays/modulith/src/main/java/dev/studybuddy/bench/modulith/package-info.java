/** This package runs Spring Modulith's Kafka externalisation as a relay from its own registry. */
@NullMarked
package dev.studybuddy.bench.modulith;

import org.jspecify.annotations.NullMarked;
