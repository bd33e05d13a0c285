package dev.studybuddy.database;

/** Where the scripts of the domain's tables are; api-service runs them, after the outbox's. */
public final class DomainSchema {

    /** Flyway location of the scripts: one idempotent statement each, in the dialect of CockroachDB and PostgreSQL. */
    public static final String LOCATION = "classpath:db/studybuddy";

    private DomainSchema() {}
}
