package dev.studybuddy.testkit;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.testcontainers.containers.GenericContainer;

/** A container to be hurt. Its port on the host is fixed, since Docker would choose another at its next start. */
final class ContainerServer implements FaultyServer {

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final int CONNECT_MILLIS = 500;

    private final GenericContainer<?> container;
    private final int port;
    private final String url;

    private ContainerServer(GenericContainer<?> container, int port, String url) {
        this.container = container;
        this.port = port;
        this.url = url;
    }

    static ContainerServer started(GenericContainer<?> container, int containerPort, Supplier<String> url) {
        int port = FreePorts.one();
        container.setPortBindings(List.of(port + ":" + containerPort));
        container.start();
        return new ContainerServer(container, port, url.get());
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void stop() {
        docker().stopContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void start() {
        docker().startContainerCmd(container.getContainerId()).exec();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(container.getDockerImageName() + " did not start again");
            }
        }
    }

    @Override
    public void keepData() {
        throw new UnsupportedOperationException("the data of a container's volume");
    }

    @Override
    public void putBackData() {
        throw new UnsupportedOperationException("the data of a container's volume");
    }

    @Override
    public void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        container.stop();
    }

    /** A proxy of Docker's may accept before the server does, so a connection counts only when it stays open. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(container.getHost(), port), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException quiet) {
            return true;
        } catch (IOException refused) {
            return pauseThenFalse();
        }
    }

    private static boolean pauseThenFalse() {
        java.util.concurrent.locks.LockSupport.parkNanos(
                Duration.ofMillis(CONNECT_MILLIS).toNanos());
        return false;
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }
}
