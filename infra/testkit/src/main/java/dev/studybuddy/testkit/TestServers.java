package dev.studybuddy.testkit;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The servers that tests run on: started at first use, once per JVM, shared by all its tests, ended with the JVM. A test
 * that needs only SQL starts only SQL. Safe for use by several threads.
 */
public final class TestServers {

    /** The property that chooses: {@code embedded} (the default), {@code containers} or {@code urls}. */
    public static final String MODE_PROPERTY = "studybuddy.servers";

    private TestServers() {}

    /** A fresh, empty SQL database, dropped when it is closed. */
    public static TestDatabase newDatabase() {
        return TestDatabase.create(Chosen.SERVERS.sql(), "t_" + random());
    }

    /** The address of a broker on which topics must be made before they are used. */
    public static String kafkaBootstrapServers() {
        return Chosen.SERVERS.kafka();
    }

    /** A prefix for topics and groups, such as {@code t3f9a01c2.}, that no other test has. */
    public static String newTopicPrefix() {
        return "t" + random() + ".";
    }

    /** A MongoDB database of a name that no other test has, dropped when it is closed. */
    public static TestMongo newMongoDatabase() {
        return new TestMongo(Chosen.SERVERS.mongo(), "t_" + random());
    }

    /** What answers SQL: {@code postgresql} or {@code cockroachdb}. */
    public static String vendor() {
        return Chosen.SERVERS.sql().vendor();
    }

    /**
     * An SQL server of the caller's own, started, with an empty database {@code studybuddy} of user {@code root}. Its
     * {@link FaultyServer#url()} is the JDBC URL.
     *
     * @throws UnsupportedOperationException where the servers are given by URL
     */
    public static FaultyServer ownPostgres() {
        return Chosen.SERVERS.ownSql();
    }

    /**
     * A broker of the caller's own, started. Its {@link FaultyServer#url()} is the bootstrap address.
     *
     * @throws UnsupportedOperationException where the servers are given by URL
     */
    public static FaultyServer ownKafka() {
        return Chosen.SERVERS.ownKafka();
    }

    /**
     * A MongoDB of the caller's own, started. Its {@link FaultyServer#url()} is the URI with database {@code studybuddy}.
     *
     * @throws UnsupportedOperationException where the servers are given by URL
     */
    public static FaultyServer ownMongo() {
        return Chosen.SERVERS.ownMongo();
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Holds the choice; made when the first test asks. */
    private static final class Chosen {
        static final Servers SERVERS = Servers.chosenBy(System.getProperty(MODE_PROPERTY, "embedded"));
    }
}
