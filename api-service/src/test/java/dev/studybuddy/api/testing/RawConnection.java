package dev.studybuddy.api.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A raw connection sends bytes that an HTTP client would not send, and reads the answers. It serves one thread. */
public final class RawConnection implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    private final URI address;
    private Socket socket;
    private InputStream in;

    public RawConnection(String url) throws IOException {
        this.address = URI.create(url);
        this.socket = new Socket();
        this.in = InputStream.nullInputStream();
        socket.close();
    }

    /** Holds an answer; the head is in lower case, and the body is read as ISO-8859-1. */
    public record RawAnswer(int status, String head, String body) {

        /** Returns the same answer in the form of an HTTP client. The body is empty if it is compressed. */
        public ReceivedAnswer parsed() {
            Map<String, List<String>> headers = new TreeMap<>();
            head.lines().skip(1).filter(line -> line.contains(": ")).forEach(line -> {
                String[] header = line.split(": ", 2);
                headers.computeIfAbsent(header[0], name -> new ArrayList<>()).add(header[1]);
            });
            byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
            String text = headers.containsKey("content-encoding") ? "" : new String(bytes, StandardCharsets.UTF_8);
            return new ReceivedAnswer(status, HttpHeaders.of(headers, (name, value) -> true), text, Duration.ZERO);
        }
    }

    /**
     * Sends a request and returns its answer, or nothing if the server closed the connection twice without one. A
     * server may do so with a request that is too large to be read.
     *
     * @param hasBody whether the method permits a body in the answer, which HEAD does not
     */
    public Optional<RawAnswer> send(byte[] request, boolean hasBody) throws IOException {
        // The server may have closed an idle connection, so the request is sent again on a new one.
        return exchange(request, hasBody).or(() -> exchange(request, hasBody));
    }

    private Optional<RawAnswer> exchange(byte[] request, boolean hasBody) {
        try {
            connect();
            write(request);
            String head = readHead();
            if (head.isEmpty()) {
                close();
                return Optional.empty();
            }
            String body = hasBody ? readBody(head) : "";
            if (head.contains("connection: close")) {
                close();
            }
            return Optional.of(new RawAnswer(status(head), head, body));
        } catch (SocketException reset) {
            close();
            return Optional.empty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void connect() throws IOException {
        if (socket.isClosed()) {
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
        }
    }

    /**
     * Sends the request. If the server answers and closes the connection before it has read all of it, the answer
     * counts.
     */
    private void write(byte[] request) throws IOException {
        try {
            socket.getOutputStream().write(request);
        } catch (SocketException closed) {
            if (in.available() == 0) {
                throw closed;
            }
        }
    }

    private static int status(String head) {
        String[] words = head.split(" ", 3);
        return words.length < 2 ? 0 : Integer.parseInt(words[1].substring(0, 3));
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.write(next);
            last = (last << 8) | next;
            if (last == 0x0d0a0d0a) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private String readBody(String head) throws IOException {
        int length = head.indexOf("\r\ncontent-length: ");
        if (length >= 0) {
            int start = length + "\r\ncontent-length: ".length();
            return text(in.readNBytes(Integer.parseInt(head.substring(start, head.indexOf('\r', start)))));
        }
        if (head.contains("\r\ntransfer-encoding: chunked")) {
            return readChunks();
        }
        int status = status(head);
        return status == 204 || status == 304 ? "" : readToEnd();
    }

    private String readChunks() throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(readLine(), 16);
            body.append(text(in.readNBytes(size)));
            readLine();
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.write(next);
            }
        }
        return text(line.toByteArray());
    }

    private String readToEnd() throws IOException {
        String rest = text(in.readAllBytes());
        close();
        return rest;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
