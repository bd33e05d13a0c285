package dev.studybuddy.bench.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A connection sends one HTTP request after the other. It needs little CPU time, so that most of the CPU time remains
 * for the measured service.
 */
final class HttpConnection implements AutoCloseable {

    private static final int MAX_LINE_BYTES = 16 * 1024;

    private final int port;
    private Socket socket;
    private InputStream in;
    private boolean ended;

    HttpConnection(int port) throws IOException {
        this.port = port;
        this.socket = connect(port);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    private static Socket connect(int port) throws IOException {
        Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
        connected.setTcpNoDelay(true);
        return connected;
    }

    /**
     * This record holds an answer.
     *
     * @param retryAfterSeconds the value of Retry-After; 0 if it is absent
     */
    record Answer(int status, int retryAfterSeconds, String body) {}

    /** Returns the bytes of a request. An empty token stands for a request without a token. */
    static byte[] request(String method, String path, String token, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + ' ' + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                + (content.length == 0
                        ? ""
                        : "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n")
                + "\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Sends a request and reads its answer. The service ends a connection after some requests; the request is then sent
     * on a new one.
     */
    Answer send(byte[] request) throws IOException {
        if (!ended) {
            socket.getOutputStream().write(request);
            in.mark(1);
            if (in.read() >= 0) {
                in.reset();
                return readAnswer();
            }
        }
        socket.close();
        socket = connect(port);
        in = new BufferedInputStream(socket.getInputStream());
        socket.getOutputStream().write(request);
        return readAnswer();
    }

    private Answer readAnswer() throws IOException {
        ended = false;
        int status = Integer.parseInt(readLine().split(" ", 3)[1]);
        int length = 0;
        int retryAfterSeconds = 0;
        boolean chunked = false;
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            String header = line.toLowerCase(Locale.ROOT);
            String value = header.substring(header.indexOf(':') + 1).strip();
            if (header.startsWith("content-length:")) {
                length = Integer.parseInt(value);
            } else if (header.startsWith("retry-after:")) {
                retryAfterSeconds = Integer.parseInt(value);
            } else if (header.startsWith("connection:")) {
                ended = value.equals("close");
            } else if (header.startsWith("transfer-encoding:")) {
                chunked = value.equals("chunked");
            }
        }
        byte[] body = chunked ? readChunks() : in.readNBytes(length);
        return new Answer(status, retryAfterSeconds, new String(body, StandardCharsets.UTF_8));
    }

    private byte[] readChunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(in.readNBytes(size));
            readLine();
        }
        readLine();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(readLine(), 16);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > MAX_LINE_BYTES) {
                throw new IOException("the service closed the connection or sent a line that is too long");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
