package dev.studybuddy.projector.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * This database builds the index that is requested first for longer than the driver waits. It records the name of each
 * requested index, and supports no other command.
 */
public final class SlowIndexDatabase {

    private final MongoException failure;
    private final List<String> requestedIndexes = new ArrayList<>();

    /**
     * Creates a database.
     *
     * @param failure the exception of the driver when it no longer waits for the first index
     */
    public SlowIndexDatabase(MongoException failure) {
        this.failure = failure;
    }

    /**
     * Returns the exceptions of a driver that no longer waits for an index. The last two occur if the URI sets {@code
     * timeoutMS}.
     */
    public static List<MongoException> failures() {
        return List.of(
                new MongoSocketReadTimeoutException(
                        "Timeout while receiving message", new ServerAddress(), new SocketTimeoutException()),
                new MongoExecutionTimeoutException(50, "operation exceeded time limit"),
                new MongoOperationTimeoutException("Timeout while receiving message"));
    }

    /** Returns the names of the requested indexes in the order of the requests. */
    public List<String> requestedIndexes() {
        return List.copyOf(requestedIndexes);
    }

    /** Returns the driver's view of the database. */
    public MongoDatabase database() {
        return fake(MongoDatabase.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "withWriteConcern" -> proxy;
            case "getCollection" -> collection();
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private MongoCollection<?> collection() {
        return fake(MongoCollection.class, (proxy, method, arguments) -> {
            if (!method.getName().equals("createIndex")) {
                throw new UnsupportedOperationException(method.getName());
            }
            String name = ((IndexOptions) arguments[1]).getName();
            requestedIndexes.add(name);
            if (requestedIndexes.size() == 1) {
                throw failure;
            }
            return name;
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(SlowIndexDatabase.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
