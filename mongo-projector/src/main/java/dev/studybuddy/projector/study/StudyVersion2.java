package dev.studybuddy.projector.study;

import org.springframework.stereotype.Component;

/** This component is version 2 of the projection of {@code study}. */
@Component
final class StudyVersion2 extends StudyReadModel {

    StudyVersion2() {
        super(2);
    }
}
