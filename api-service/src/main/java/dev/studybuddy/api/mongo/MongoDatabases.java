package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoDatabase;

/**
 * Provides StudyBuddy's database through two clients. Both read from the primary with read concern majority.
 *
 * @param requests the database for requests, which limits each operation to a short time
 * @param jobs the database with the long read timeout of jobs
 */
public record MongoDatabases(MongoDatabase requests, MongoDatabase jobs) {}
