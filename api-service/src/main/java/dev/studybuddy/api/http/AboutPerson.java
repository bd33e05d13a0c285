package dev.studybuddy.api.http;

/** Is an answer that contains the personal data of one person, also if another person requested it. */
public interface AboutPerson {

    /** Returns the id of the person. */
    String person();
}
