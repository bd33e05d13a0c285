package dev.studybuddy.local.supervisor;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A health check states whether a program is healthy. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
    @JsonSubTypes.Type(value = HealthCheck.ReadyFile.class, name = "ready-file"),
    @JsonSubTypes.Type(value = HealthCheck.Http.class, name = "http")
})
sealed interface HealthCheck {

    /** A health check that takes longer than this time fails. */
    Duration LIMIT = Duration.ofSeconds(2);

    /** Returns whether the program is healthy now. It does not throw if the program is unhealthy. */
    boolean isHealthy() throws InterruptedException;

    /** Deletes the ready file of an earlier run of the program, if this health check uses one. */
    default void reset() throws IOException {}

    /**
     * This health check requires that a server has written its ready file and accepts connections.
     *
     * @param file the path of the ready file
     * @param port the port on loopback that must accept connections
     */
    record ReadyFile(String file, int port) implements HealthCheck {

        @Override
        public boolean isHealthy() {
            if (!Files.exists(Path.of(file))) {
                return false;
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
                return true;
            } catch (IOException refused) {
                return false;
            }
        }

        @Override
        public void reset() throws IOException {
            Files.deleteIfExists(Path.of(file));
        }
    }

    /** This health check requires that a service answers with the status 200. */
    record Http(String uri) implements HealthCheck {

        private static final HttpClient CLIENT =
                HttpClient.newBuilder().connectTimeout(LIMIT).build();

        @Override
        public boolean isHealthy() throws InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(uri)).timeout(LIMIT).build();
            try {
                return CLIENT.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException unreachable) {
                return false;
            }
        }
    }
}
