package dev.studybuddy.api.access;

import java.util.Set;
import java.util.UUID;

/** Defines the user who is the caller of each request without an Authorization header in mode {@code open}. */
public final class DemoUser {

    /** The demo user has this id on every machine. */
    public static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");

    static final Caller CALLER = new Caller(ID, Set.of(Role.USER, Role.ADMIN));

    private DemoUser() {}
}
