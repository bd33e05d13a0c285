package dev.studybuddy.projector.generation;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** This component holds the name of this instance, with which the ids of its Kafka clients begin. */
@Component
final class ProjectorInstance {

    private final String name = "projector-" + UUID.randomUUID();

    /** Returns a name that no other instance has and that a restart changes. */
    String name() {
        return name;
    }
}
