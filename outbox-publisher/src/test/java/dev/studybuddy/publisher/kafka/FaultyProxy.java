package dev.studybuddy.publisher.kafka;

import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * This TCP proxy between Kafka clients and one broker injects the faults that a test supplies, one for each produce
 * request. It replaces the broker's address in metadata responses, so that clients connect through it.
 */
final class FaultyProxy implements AutoCloseable {

    /** A fault is what the proxy injects into a produce request. */
    enum Fault {
        NONE,
        /** The request does not reach the broker, and the connection ends. */
        REQUEST_LOST,
        /** The broker handles the request, and the connection ends without the response. */
        RESPONSE_LOST,
        /** The connection stalls, and the broker receives the request when the test releases it. */
        REQUEST_LATE,
        /** The broker handles the request, and the connection stalls without the response. */
        RESPONSE_STALLED
    }

    private static final Duration LATE_LIMIT = Duration.ofSeconds(20);

    private final String host;
    private final int port;
    private final Supplier<Fault> faults;
    private final ServerSocket listener;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger lateRequests = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicInteger produceRequests = new AtomicInteger();

    FaultyProxy(String bootstrapServers, Supplier<Fault> faults) throws IOException {
        String[] parts = bootstrapServers.split(":", 2);
        this.host = parts[0];
        this.port = Integer.parseInt(parts[1]);
        this.faults = faults;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    String bootstrapServers() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Sends the late requests to the broker, as soon as the clients have closed their connections. */
    void releaseLateRequests() {
        released.countDown();
    }

    /** Waits until the broker has handled each late request. The clients must have closed their connections. */
    void awaitLateRequests() {
        releaseLateRequests();
        await("the connections have ended").atMost(LATE_LIMIT).until(connections::isEmpty);
    }

    /** Returns the number of requests that reached the broker after the client had closed the connection. */
    int lateRequests() {
        return lateRequests.get();
    }

    /** Returns the number of produce requests that the proxy received. */
    int produceRequests() {
        return produceRequests.get();
    }

    /** Returns the highest number of produce requests of one connection that had no response at the same time. */
    int mostInFlight() {
        return mostInFlight.get();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Connection connection = new Connection(listener.accept());
                connections.add(connection);
                Thread.ofVirtual().start(connection::forwardRequests);
                Thread.ofVirtual().start(connection::forwardResponses);
            } catch (IOException closed) {
                // The test closed the proxy, or the broker refused the connection; the client retries in that case.
            }
        }
    }

    /** Ends all connections. */
    @Override
    public void close() throws IOException {
        releaseLateRequests();
        listener.close();
        connections.forEach(Connection::close);
    }

    /** This class joins a client's connection and the connection to the broker that belongs to it. */
    private final class Connection {

        private final Socket client;
        private final Socket broker = new Socket();
        private final Map<Integer, RequestHeader> requests = new ConcurrentHashMap<>();
        /** The responses to these requests are not forwarded. */
        private final Map<Integer, Fault> faulty = new ConcurrentHashMap<>();

        private final CountDownLatch lateRequestHandled = new CountDownLatch(1);

        Connection(Socket client) throws IOException {
            this.client = client;
            broker.connect(new InetSocketAddress(host, port));
        }

        void forwardRequests() {
            try {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(broker.getOutputStream());
                boolean isOpen = true;
                while (isOpen) {
                    byte[] frame = in.readNBytes(in.readInt());
                    RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(frame));
                    Fault fault = header.apiKey() == ApiKeys.PRODUCE ? nextFault() : Fault.NONE;
                    isOpen = forwardRequest(header, frame, fault, in, out);
                }
            } catch (IOException ended) {
                // One of the two sides closed its connection.
                close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        private Fault nextFault() {
            Fault fault = faults.get();
            produceRequests.incrementAndGet();
            return fault;
        }

        private boolean forwardRequest(
                RequestHeader header, byte[] frame, Fault fault, DataInputStream in, DataOutputStream out)
                throws IOException, InterruptedException {
            if (fault == Fault.REQUEST_LOST) {
                return false;
            }
            requests.put(header.correlationId(), header);
            recordInFlight();
            if (fault != Fault.NONE) {
                faulty.put(header.correlationId(), fault);
            }
            if (fault == Fault.REQUEST_LATE) {
                in.transferTo(OutputStream.nullOutputStream());
                released.await();
                write(out, frame);
                lateRequestHandled.await();
                lateRequests.incrementAndGet();
                return false;
            }
            write(out, frame);
            return true;
        }

        private void recordInFlight() {
            int inFlight = (int) requests.values().stream()
                    .filter(request -> request.apiKey() == ApiKeys.PRODUCE)
                    .count();
            mostInFlight.accumulateAndGet(inFlight, Math::max);
        }

        void forwardResponses() {
            try {
                DataInputStream in = new DataInputStream(broker.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                boolean isOpen = true;
                while (isOpen) {
                    byte[] frame = in.readNBytes(in.readInt());
                    int correlationId = ByteBuffer.wrap(frame).getInt();
                    Fault fault = faulty.getOrDefault(correlationId, Fault.NONE);
                    switch (fault) {
                        case NONE -> write(out, frameFor(correlationId, frame));
                        case REQUEST_LATE -> lateRequestHandled.countDown();
                        default -> isOpen = fault == Fault.RESPONSE_STALLED;
                    }
                }
            } catch (IOException ended) {
                // One of the two sides closed its connection.
                close();
            }
            lateRequestHandled.countDown();
            close();
        }

        private byte[] frameFor(int correlationId, byte[] frame) {
            RequestHeader request = requests.remove(correlationId);
            if (request == null || request.apiKey() != ApiKeys.METADATA) {
                return frame;
            }
            short version = request.apiVersion();
            short headerVersion = ApiKeys.METADATA.responseHeaderVersion(version);
            ByteBuffer buffer = ByteBuffer.wrap(frame);
            ResponseHeader header = ResponseHeader.parse(buffer, headerVersion);
            MetadataResponseData data = MetadataResponse.parse(new ByteBufferAccessor(buffer), version)
                    .data();
            data.brokers().forEach(one -> one.setHost("127.0.0.1").setPort(listener.getLocalPort()));
            ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), headerVersion)
                    .buffer();
            ByteBuffer body = MessageUtil.toByteBufferAccessor(data, version).buffer();
            return ByteBuffer.allocate(head.remaining() + body.remaining())
                    .put(head)
                    .put(body)
                    .array();
        }

        private void write(DataOutputStream out, byte[] frame) throws IOException {
            ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + frame.length);
            out.write(whole.putInt(frame.length).put(frame).array());
            out.flush();
        }

        void close() {
            connections.remove(this);
            try (client;
                    broker) {
                lateRequestHandled.countDown();
            } catch (IOException e) {
                throw new IllegalStateException("A connection of the proxy cannot be closed", e);
            }
        }
    }
}
