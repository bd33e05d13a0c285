-- Creates the users of the services. An administrator runs this script before the first start of the services, and
-- rights.sql after it. On PostgreSQL, remove IF NOT EXISTS. Set passwords or certificates afterwards.

-- api-service runs the Flyway scripts as this user (SPRING_FLYWAY_USER), which owns the tables.
CREATE USER IF NOT EXISTS studybuddy_migrations;
-- api-service uses this user for everything else (SPRING_DATASOURCE_USERNAME).
CREATE USER IF NOT EXISTS studybuddy_api;
-- outbox-publisher uses this user (SPRING_DATASOURCE_USERNAME).
CREATE USER IF NOT EXISTS studybuddy_publisher;

REVOKE CREATE ON SCHEMA public FROM public;
GRANT CREATE, USAGE ON SCHEMA public TO studybuddy_migrations;
GRANT USAGE ON SCHEMA public TO studybuddy_api;
GRANT USAGE ON SCHEMA public TO studybuddy_publisher;

-- These rights concern the tables that the Flyway scripts create later.
ALTER DEFAULT PRIVILEGES FOR ROLE studybuddy_migrations IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO studybuddy_api;
