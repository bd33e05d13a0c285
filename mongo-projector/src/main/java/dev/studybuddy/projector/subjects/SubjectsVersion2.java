package dev.studybuddy.projector.subjects;

import org.springframework.stereotype.Component;

/** This component is the subjects read model in version 2. */
@Component
final class SubjectsVersion2 extends SubjectsReadModel {

    SubjectsVersion2() {
        super(2);
    }
}
