/** The servers under the relays, each a process of its own, and what every process costs. */
@NullMarked
package dev.studybuddy.bench.relays.servers;

import org.jspecify.annotations.NullMarked;
