package dev.studybuddy.api.http;

/** Marks the body of an answer that contains the personal data of one person, even if another person requested it. */
public interface PersonalData {

    /** Returns the id of the person. */
    String person();
}
