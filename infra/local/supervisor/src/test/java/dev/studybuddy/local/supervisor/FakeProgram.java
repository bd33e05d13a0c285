package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Replaces a supervised program in tests. It listens, reports that it is ready, and runs until it is ended. */
final class FakeProgram {

    private FakeProgram() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(arguments, "port", "fail", Lifetime.READY_FILE);
        if (options.has("fail")) {
            System.out.println("it cannot continue");
            System.exit(7);
        }
        try (ServerSocket socket = new ServerSocket(options.port("port"), 5, InetAddress.getLoopbackAddress())) {
            Lifetime.reportReady(options);
            while (true) {
                socket.accept().close();
            }
        }
    }
}
