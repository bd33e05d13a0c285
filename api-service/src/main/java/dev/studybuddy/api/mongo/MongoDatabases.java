package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoDatabase;

/**
 * Provides StudyBuddy's database through two clients. Both read from the primary with read concern majority.
 *
 * @param requests the database with the short timeouts of requests
 * @param jobs the database with the long read timeout of jobs
 */
public record MongoDatabases(MongoDatabase requests, MongoDatabase jobs) {}
