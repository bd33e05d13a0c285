package dev.studybuddy.database;

/** Locates the Flyway scripts of the domain tables. api-service runs them after the scripts of the outbox. */
public final class DomainSchema {

    /**
     * This Flyway location contains the scripts. Each script is one idempotent statement in the dialect that
     * CockroachDB and PostgreSQL share.
     */
    public static final String LOCATION = "classpath:db/studybuddy";

    private DomainSchema() {}
}
