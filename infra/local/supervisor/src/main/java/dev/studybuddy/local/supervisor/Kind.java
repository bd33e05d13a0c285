package dev.studybuddy.local.supervisor;

/** A kind is a group of programs. Servers start before services and end after them. */
enum Kind {
    SERVER,
    SERVICE
}
