package dev.studybuddy.api.mongo;

import com.mongodb.client.MongoDatabase;

/**
 * StudyBuddy's database, seen twice: all reads from the primary with majority.
 *
 * @param requests gives up early
 * @param jobs has time
 */
public record MongoDatabases(MongoDatabase requests, MongoDatabase jobs) {}
