package dev.studybuddy.testkit;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/** Reads all tables and all collections, so that a test can search them for a text. */
public final class DatabaseDump {

    private static final String TABLES = """
            SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name""";

    private DatabaseDump() {}

    /** Returns each row of each table as one line that begins with the table's name. */
    public static List<String> ofSql(String url, String user, String password) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(TABLES)) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            for (String table : tables) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                    while (rows.next()) {
                        lines.add(line(table, rows));
                    }
                }
            }
        }
        return lines;
    }

    private static String line(String table, ResultSet row) throws SQLException {
        StringBuilder line = new StringBuilder(table);
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            line.append(' ').append(row.getString(column));
        }
        return line.toString();
    }

    /** Returns each document of each collection as one line that begins with the collection's name. Bytes are UTF-8. */
    public static List<String> ofMongo(String uri, String databaseName) {
        List<String> lines = new ArrayList<>();
        try (MongoClient client = MongoClients.create(uri)) {
            MongoDatabase database = client.getDatabase(databaseName);
            for (String collection : database.listCollectionNames()) {
                database.getCollection(collection)
                        .find()
                        .forEach(document -> lines.add(collection + ' ' + text(document)));
            }
        }
        return lines;
    }

    /** Returns the documents of the database that the URI names. */
    public static List<String> ofMongo(String uri) {
        String database = new ConnectionString(uri).getDatabase();
        if (database == null) {
            throw new IllegalArgumentException("the URI names no database");
        }
        return ofMongo(uri, database);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Binary bytes -> new String(bytes.getData(), StandardCharsets.UTF_8);
            case Map<?, ?> fields -> {
                StringBuilder line = new StringBuilder();
                fields.forEach((name, field) ->
                        line.append(name).append('=').append(text(field)).append(' '));
                yield line.toString();
            }
            case List<?> list -> list.stream().map(DatabaseDump::text).toList().toString();
            default -> value.toString();
        };
    }
}
