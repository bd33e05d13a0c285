package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.outbox.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests a relay that is part of the writing application to write events, by a call to its control port. */
final class ControlPortClient {

    private static final int OK = 200;
    private static final int FIELDS = 3;

    private ControlPortClient() {}

    static Generator.OfferedLoad offer(Workspace workspace, Workload workload, int perSecond)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + workspace.controlPort() + "/offer?prefix=" + workload.prefix()
                + "&events=" + workload.events() + "&aggregates=" + workload.aggregates() + "&rate=" + perSecond);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(uri).GET().build(), HttpResponse.BodyHandlers.ofString());
            String[] fields = answer.body().strip().split(" ", -1);
            if (answer.statusCode() != OK || fields.length != FIELDS) {
                throw new IOException("the relay's application answered " + answer.statusCode() + ": " + answer.body());
            }
            return new Generator.OfferedLoad(
                    Long.parseLong(fields[0]), Double.parseDouble(fields[1]), Long.parseLong(fields[2]));
        }
    }
}
