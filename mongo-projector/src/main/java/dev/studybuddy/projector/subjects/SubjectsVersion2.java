package dev.studybuddy.projector.subjects;

import org.springframework.stereotype.Component;

/** This component is version 2 of the projection of {@code subjects}. */
@Component
final class SubjectsVersion2 extends SubjectsReadModel {

    SubjectsVersion2() {
        super(2);
    }
}
