package dev.studybuddy.projector;

import dev.studybuddy.background.Loop;
import org.springframework.context.SmartLifecycle;

/** Background work runs in a loop of its own from the start of the program to its end. */
public interface BackgroundWork extends SmartLifecycle {

    /** Returns the loop that does the work. */
    Loop loop();
}
