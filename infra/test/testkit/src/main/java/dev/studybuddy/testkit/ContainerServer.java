package dev.studybuddy.testkit;

import com.github.dockerjava.api.DockerClient;
import dev.studybuddy.local.program.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.testcontainers.containers.GenericContainer;

/**
 * Runs a server in a container that a test may kill. Its host port is fixed, because Docker would choose another at a
 * restart.
 */
final class ContainerServer implements ControllableServer {

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

    static ContainerServer start(GenericContainer<?> container, int containerPort, Supplier<String> url) {
        int port = FreePorts.find();
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
                throw new IllegalStateException(container.getDockerImageName() + " did not start again within "
                        + START_LIMIT.toSeconds() + " s");
            }
        }
    }

    @Override
    public void copyData() {
        throw new UnsupportedOperationException("The data of a container's volume are not accessible");
    }

    @Override
    public void restoreData() {
        throw new UnsupportedOperationException("The data of a container's volume are not accessible");
    }

    @Override
    public void freeze() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void unfreeze() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void close() {
        container.stop();
    }

    /**
     * Returns whether a connection stays open. An accepted connection alone does not show that the server runs, because
     * Docker's proxy may accept it.
     */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(container.getHost(), port), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException silent) {
            return true;
        } catch (IOException refused) {
            LockSupport.parkNanos(Duration.ofMillis(CONNECT_MILLIS).toNanos());
            return false;
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }
}
