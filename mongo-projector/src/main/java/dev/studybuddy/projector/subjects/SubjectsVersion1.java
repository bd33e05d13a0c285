package dev.studybuddy.projector.subjects;

import org.springframework.stereotype.Component;

/** This component is version 1 of the projection of {@code subjects}. */
@Component
final class SubjectsVersion1 extends SubjectsReadModel {

    SubjectsVersion1() {
        super(1);
    }
}
