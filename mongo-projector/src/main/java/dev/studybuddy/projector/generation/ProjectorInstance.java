package dev.studybuddy.projector.generation;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** This component holds the name of this instance. The ids of the instance's Kafka clients begin with the name. */
@Component
final class ProjectorInstance {

    private final String name = "projector-" + UUID.randomUUID();

    /** Returns a name that no other instance has and that a restart changes. */
    String name() {
        return name;
    }
}
