package dev.studybuddy.projector.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Indexes;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class DeadLetterIndexesIT {

    private static final List<String> ALL = List.of(
            "_id",
            "state,_id",
            "key,_id",
            "topic,_id",
            "reason,_id",
            "copied,_id",
            "topic,state,lastAt",
            "state,topic,reason,firstAt,_id");

    @Test
    void everyFilterOfTheListsHasAnIndexInTheOrderOfIds() {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            DeadLetterIndexes indexes = new DeadLetterIndexes(database);

            indexes.createAll();
            indexes.createAll();

            assertThat(keysOfIndexes(database)).containsExactlyInAnyOrderElementsOf(ALL);
        }
    }

    @Test
    void anIndexOfTheSameKeysAndAnotherNamePreventsNoOtherIndex() {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            database.getCollection(Names.DEAD_LETTERS).createIndex(Indexes.ascending("state", "_id"));

            new DeadLetterIndexes(database).createAll();

            assertThat(keysOfIndexes(database)).containsExactlyInAnyOrderElementsOf(ALL);
        }
    }

    private static List<String> keysOfIndexes(MongoDatabase database) {
        List<String> keys = new ArrayList<>();
        for (Document index : database.getCollection(Names.DEAD_LETTERS).listIndexes()) {
            keys.add(String.join(",", index.get("key", Document.class).keySet()));
        }
        return keys;
    }
}
