/** This package reports to a client, as server-sent events, which of its versions the read model shows. */
@NullMarked
package dev.studybuddy.api.stream;

import org.jspecify.annotations.NullMarked;
