package dev.studybuddy.projector.subjects;

import org.springframework.stereotype.Component;

/** This component is the subjects read model in version 1. */
@Component
final class SubjectsVersion1 extends SubjectsReadModel {

    SubjectsVersion1() {
        super(1);
    }
}
