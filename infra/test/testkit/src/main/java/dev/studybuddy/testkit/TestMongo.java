package dev.studybuddy.testkit;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.regex.Pattern;

/** Names a MongoDB database that belongs to one test, and drops it on close. MongoDB creates it at the first write. */
public final class TestMongo implements AutoCloseable {

    private static final Pattern URI = Pattern.compile("^(mongodb(?:\\+srv)?://[^/?]+)(?:/[^?]*)?(\\?.*)?$");

    private final String uri;
    private final String databaseName;

    TestMongo(String serverUri, String databaseName) {
        this.uri = withDatabase(serverUri, databaseName);
        this.databaseName = databaseName;
    }

    static String withDatabase(String uri, String database) {
        var parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException(uri + " must have the form mongodb://host:port/…");
        }
        String query = parts.group(2);
        return parts.group(1) + "/" + database + (query == null ? "" : query);
    }

    /** Returns the URI, whose default database is this one. */
    public String uri() {
        return uri;
    }

    public String databaseName() {
        return databaseName;
    }

    @Override
    public void close() {
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase(databaseName).drop();
        }
    }
}
