package dev.studybuddy.projector;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.util.Map;
import org.bson.Document;

/** This fixture creates a database of MongoDB and topics, and starts projectors that use them. */
final class ProjectorFixture implements AutoCloseable {

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(3);
    private final TestMongo mongo;
    private final MongoClient client;
    private final MongoDatabase database;
    private final TestTopicWriter topics;

    ProjectorFixture() throws Exception {
        this(Map.of());
    }

    /** Creates the topics with these settings. */
    ProjectorFixture(Map<String, String> topicSettings) throws Exception {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topics = new TestTopicWriter(bootstrap, prefix);
        topics.createAll(topicSettings);
    }

    @Override
    public void close() {
        topics.close();
        client.close();
        mongo.close();
    }

    /** Starts a projector of all read models, which the caller closes. */
    RunningProjector start(Class<?>... beans) {
        return start(Map.of(), beans);
    }

    /** Starts a projector of all read models with settings of the caller, who closes it. */
    RunningProjector start(Map<String, String> settings, Class<?>... beans) {
        return new RunningProjector(bootstrap, mongo.uri(), prefix, settings, beans);
    }

    /** Starts a projector of the read model {@code study} alone, which the caller closes. */
    RunningProjector startStudy(Class<?>... beans) {
        return start(Map.of("studybuddy.projector.models", "study"), beans);
    }

    /** Sends the first version of a todo. */
    void sendTodo(String id) {
        topics.send(newTodo(id, "user-1"));
    }

    /** Returns the first version of a todo. */
    TodoState newTodo(String id, String userId) {
        return generator.todo(id, userId, 1);
    }

    String bootstrap() {
        return bootstrap;
    }

    String prefix() {
        return prefix;
    }

    MongoDatabase database() {
        return database;
    }

    TestTopicWriter topics() {
        return topics;
    }

    /** Returns the name of the consumer group of a generation. */
    String group(String model, int generation) {
        return Names.group(prefix + "projector-", model, generation);
    }

    /** Returns the name of the topic of todos. */
    String todoTopic() {
        return topics.name(AggregateType.TODO);
    }

    /** Returns the mirrors of the todos in the first generation of the read model {@code study}. */
    MongoCollection<Document> todos() {
        return database.getCollection("todos_g1");
    }

    /** Returns the journals of the first generation of the read model {@code study}. */
    MongoCollection<Document> journals() {
        return database.getCollection("study_journal_g1");
    }

    GenerationStore generations() {
        return new GenerationStore(database);
    }
}
