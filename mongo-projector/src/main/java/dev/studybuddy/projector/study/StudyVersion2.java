package dev.studybuddy.projector.study;

import org.springframework.stereotype.Component;

/** This component is the study read model in version 2. */
@Component
final class StudyVersion2 extends StudyReadModel {

    StudyVersion2() {
        super(2);
    }
}
