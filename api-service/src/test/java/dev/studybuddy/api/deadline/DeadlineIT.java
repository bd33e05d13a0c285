package dev.studybuddy.api.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.RunningApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeadlineIT {

    /** This time is longer than the deadline of a request. */
    private static final Duration PAUSE = Duration.ofSeconds(3);

    @Test
    void aBodyThatArrivesSlowlyTakesNoTimeFromItsRequest() throws IOException {
        URI address = URI.create(RunningApi.shared().url());
        String body = "{\"title\":\"slow\",\"difficulty\":\"easy\",\"questionsTarget\":1}";
        String head = String.join(
                "\r\n",
                "POST /api/todos HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Content-Length: " + body.length(),
                "Connection: close",
                "",
                "");
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write((head + body.substring(0, 10)).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Awaitility.await().pollDelay(PAUSE).until(() -> true);
            out.write(body.substring(10).getBytes(StandardCharsets.US_ASCII));
            out.flush();

            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(in.readLine()).startsWith("HTTP/1.1 201");
        }
    }
}
