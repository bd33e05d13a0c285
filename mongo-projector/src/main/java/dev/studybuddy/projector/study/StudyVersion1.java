package dev.studybuddy.projector.study;

import org.springframework.stereotype.Component;

/** This component is the study read model in version 1. */
@Component
final class StudyVersion1 extends StudyReadModel {

    StudyVersion1() {
        super(1);
    }
}
