/** The MongoDB Kafka connector's write path, for the projector's benchmark, on a class path of its own. */
@NullMarked
package dev.studybuddy.bench.connector;

import org.jspecify.annotations.NullMarked;
