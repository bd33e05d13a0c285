package dev.studybuddy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class ServersIT {

    @Test
    void eachSqlDatabaseIsEmptyAndSeparate() throws SQLException {
        try (TestDatabase one = TestServers.newDatabase();
                TestDatabase other = TestServers.newDatabase()) {
            execute(one.url(), one.username(), "CREATE TABLE t (n BIGINT PRIMARY KEY)");
            execute(other.url(), other.username(), "CREATE TABLE t (n BIGINT PRIMARY KEY)");

            assertThat(one.url()).isNotEqualTo(other.url());
            assertThat(TestServers.vendor()).isIn("postgresql", "cockroachdb");
        }
    }

    @Test
    void theDatabasesOfASchemaHaveItsTablesAndAreSeparate() throws SQLException {
        try (TestDatabase one = TestServers.newDatabase("servers_it", ServersIT::createTable);
                TestDatabase other = TestServers.newDatabase("servers_it", ServersIT::createTable)) {
            execute(one.url(), one.username(), "INSERT INTO t VALUES (1)");
            execute(other.url(), other.username(), "INSERT INTO t VALUES (1)");

            assertThat(one.url()).isNotEqualTo(other.url());
        }
    }

    @Test
    void aClosedSqlDatabaseIsDropped() throws SQLException {
        TestDatabase database = TestServers.newDatabase();
        try (Connection stillOpen = database.dataSource().getConnection()) {
            assertThat(stillOpen.isValid(60)).isTrue();
            database.close();
        }

        assertThatThrownBy(() -> execute(database.url(), database.username(), "SELECT 1"))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void theBrokerCreatesTopics() throws Exception {
        String topic = TestServers.newTopicPrefix() + "todo.v1";
        try (Admin admin = admin(TestServers.kafkaBootstrapServers())) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            awaitTopic(admin, topic);
        }
    }

    @Test
    void aClosedMongoDatabaseIsDropped() {
        TestMongo mongo = TestServers.newMongoDatabase();
        try (MongoClient client = MongoClients.create(mongo.uri())) {
            client.getDatabase(mongo.databaseName()).getCollection("c").insertOne(new Document("_id", 1));
            mongo.close();

            assertThat(client.getDatabase(mongo.databaseName()).listCollectionNames())
                    .isEmpty();
        }
    }

    @Test
    void aKilledSqlServerKeepsItsTablesAndAStoppedOneItsRows() throws SQLException {
        try (ControllableServer server = TestServers.startOwnSql()) {
            execute(server.url(), "root", "CREATE TABLE t (n BIGINT PRIMARY KEY)");
            server.kill();
            assertThatThrownBy(() -> execute(server.url(), "root", "SELECT 1")).isInstanceOf(SQLException.class);

            server.start();
            execute(server.url(), "root", "INSERT INTO t VALUES (1)");
            server.stop();
            server.start();
            assertThat(countDeleted(server.url(), "DELETE FROM t WHERE n = 1")).isOne();
        }
    }

    @Test
    void aFrozenSqlServerAnswersOnlyAfterTheFreezeEnds() throws SQLException {
        try (ControllableServer server = TestServers.startOwnSql()) {
            server.freeze();
            assertThatThrownBy(() -> execute(server.url() + "&connectTimeout=1&socketTimeout=1", "root", "SELECT 1"))
                    .isInstanceOf(SQLException.class);

            server.unfreeze();
            execute(server.url(), "root", "SELECT 1");
        }
    }

    @Test
    void aKilledBrokerKeepsItsTopics() throws Exception {
        try (ControllableServer server = TestServers.startOwnKafka();
                Admin admin = admin(server.url())) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                    .all()
                    .get();
            server.kill();
            server.start();
            awaitTopic(admin, "kept");
        }
    }

    @Test
    void aKilledMongoServerKeepsEveryAcknowledgedWrite() {
        try (ControllableServer server = TestServers.startOwnMongo()) {
            try (MongoClient client = MongoClients.create(server.url())) {
                var collection = client.getDatabase("studybuddy").getCollection("c");
                IntStream.range(0, 500).forEach(n -> collection.insertOne(new Document("_id", n)));
                collection.updateOne(Filters.eq("_id", 499), new Document("$set", new Document("last", true)));
                server.kill();
            }
            server.start();
            try (MongoClient client = MongoClients.create(server.url())) {
                var collection = client.getDatabase("studybuddy").getCollection("c");
                assertThat(collection.countDocuments()).isEqualTo(500);
                assertThat(collection.find(Filters.eq("_id", 499)).first()).containsEntry("last", true);
            }
        }
    }

    private static void createTable(DataSource database) {
        try (Connection connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (n BIGINT PRIMARY KEY)");
        } catch (SQLException e) {
            throw new IllegalStateException("The table was not created", e);
        }
    }

    private static void awaitTopic(Admin admin, String topic) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> admin.listTopics().names().get().contains(topic));
    }

    private static Admin admin(String bootstrapServers) {
        Properties settings = new Properties();
        settings.putAll(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
        return Admin.create(settings);
    }

    private static int countDeleted(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, "root", "");
                var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static void execute(String url, String user, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
