package dev.studybuddy.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.studybuddy.testkit.SqlOnSmallDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Serves the size and the free space of a disk with the names and at the path of CockroachDB's metrics. */
final class DiskExporter implements AutoCloseable {

    private final HttpServer server;
    private final SqlOnSmallDisk disk;

    DiskExporter(SqlOnSmallDisk disk) throws IOException {
        this.disk = disk;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/_status/vars", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] text = ("capacity " + disk.totalBytes() + "\ncapacity_available " + disk.freeBytes() + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
