package dev.studybuddy.api.periodic;

import dev.studybuddy.background.Loop;
import java.util.List;

/** An implementation runs loops from the service's start to its end. Their threads must not end by themselves. */
public interface BackgroundLoops {

    /** Returns the loops that were started. */
    List<Loop> loops();
}
