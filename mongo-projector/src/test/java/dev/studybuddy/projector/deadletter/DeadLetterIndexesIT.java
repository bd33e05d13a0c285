package dev.studybuddy.projector.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class DeadLetterIndexesIT {

    @Test
    void everyFilterOfTheListsHasAnIndexInTheOrderOfIds() {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            DeadLetterIndexes indexes = new DeadLetterIndexes(database);

            indexes.createAll();
            indexes.createAll();

            assertThat(database.getCollection(Names.DEAD_LETTERS).listIndexes())
                    .extracting(index -> index.get("key", Document.class).keySet())
                    .extracting(keys -> String.join(",", keys))
                    .containsExactlyInAnyOrder(
                            "_id",
                            "state,_id",
                            "key,_id",
                            "topic,_id",
                            "reason,_id",
                            "copied,_id",
                            "topic,state,lastAt",
                            "state,topic,reason,firstAt,_id");
        }
    }
}
