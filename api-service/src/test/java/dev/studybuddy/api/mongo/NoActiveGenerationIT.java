package dev.studybuddy.api.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.io.UnsupportedEncodingException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;

class NoActiveGenerationIT {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aReadOfAModelWithoutAnActiveGenerationReportsThisCause() throws Exception {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri())) {
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            MongoReadProperties properties = new MongoReadProperties(SECOND, SECOND, SECOND, 1, SECOND, SECOND);
            MongoReadBreaker breaker = new MongoReadBreaker(properties);
            MongoDatabases databases = new MongoDatabases(database, database);
            GenerationSelector generation =
                    new GenerationSelector(breaker, databases, properties, MonotonicClock.SYSTEM);
            try (MongoSessions.MongoSession session = new MongoSessions(client, databases, breaker).open()) {
                MongoUnavailableException thrown = catchThrowableOfType(
                        MongoUnavailableException.class, () -> generation.current("weekdays", session));

                assertThat(answerTo(thrown))
                        .contains(
                                "\"status\":503",
                                "/mongodb-unavailable",
                                "The read model has no active generation yet.");
            }
        }
    }

    /** Returns the answer of the handler that the framework chooses for an exception. */
    private static String answerTo(Exception thrown)
            throws InvocationTargetException, IllegalAccessException, UnsupportedEncodingException {
        Method handler = Objects.requireNonNull(
                new ExceptionHandlerMethodResolver(MongoUnavailableAdvice.class).resolveMethod(thrown));
        MockHttpServletResponse response = new MockHttpServletResponse();
        handler.invoke(new MongoUnavailableAdvice(), thrown, new MockHttpServletRequest(), response);
        return response.getContentAsString();
    }
}
