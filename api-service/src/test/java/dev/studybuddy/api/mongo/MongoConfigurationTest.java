package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class MongoConfigurationTest {

    private static final ConnectionString ADDRESS = new ConnectionString("mongodb://127.0.0.1:1/studybuddy");
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The driver creates a client and its databases although no server listens on the port. */
    @Test
    void bothDatabasesReadFromThePrimaryWithMajorityReadConcern() {
        MongoClientSettings settings =
                MongoClientSettings.builder().applyConnectionString(ADDRESS).build();
        try (MongoClient client = MongoClients.create(settings)) {
            MongoDatabases databases = new MongoConfiguration()
                    .mongoDatabases(
                            client,
                            client,
                            () -> ADDRESS,
                            new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, SECOND));

            assertThat(List.of(databases.requests(), databases.jobs())).allSatisfy(database -> {
                assertThat(database.getReadPreference()).isEqualTo(ReadPreference.primary());
                assertThat(database.getReadConcern()).isEqualTo(ReadConcern.MAJORITY);
                assertThat(database.getWriteConcern()).isEqualTo(WriteConcern.MAJORITY);
            });
        }
    }
}
