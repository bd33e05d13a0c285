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

/** How to see whether a program is well. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "by")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Probe.ReadyFile.class, name = "ready-file"),
    @JsonSubTypes.Type(value = Probe.Http.class, name = "http")
})
sealed interface Probe {

    /** What a probe may take at most. */
    Duration LIMIT = Duration.ofSeconds(2);

    /** Whether it is well now. Never throws for a program that isn't. */
    boolean isWell() throws InterruptedException;

    /** Forgets what an earlier run of the program left. */
    default void reset() throws IOException {}

    /**
     * A server: it wrote the file when it was ready, and its port takes connections.
     *
     * @param file a path
     */
    record ReadyFile(String file, int port) implements Probe {

        @Override
        public boolean isWell() {
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

    /** A service: it answers 200. */
    record Http(String uri) implements Probe {

        private static final HttpClient CLIENT =
                HttpClient.newBuilder().connectTimeout(LIMIT).build();

        @Override
        public boolean isWell() throws InterruptedException {
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
