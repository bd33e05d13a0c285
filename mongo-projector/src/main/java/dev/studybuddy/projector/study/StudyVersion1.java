package dev.studybuddy.projector.study;

import org.springframework.stereotype.Component;

/** This component is version 1 of the projection of {@code study}. */
@Component
final class StudyVersion1 extends StudyReadModel {

    StudyVersion1() {
        super(1);
    }
}
