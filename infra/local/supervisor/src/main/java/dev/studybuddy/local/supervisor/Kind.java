package dev.studybuddy.local.supervisor;

/** Servers start before services, and end after them. */
enum Kind {
    SERVER,
    SERVICE
}
