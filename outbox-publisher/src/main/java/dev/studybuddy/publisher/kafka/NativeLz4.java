package dev.studybuddy.publisher.kafka;

import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Native code for the client's compression. The library chooses it by itself only where its class loader is the system's,
 * which is not so in an executable jar: there it would compress in plain Java.
 */
final class NativeLz4 {

    private static final Logger log = LoggerFactory.getLogger(NativeLz4.class);

    private NativeLz4() {}

    /** Loads it, once for the process, before the first producer is made; where it can't be had, plain Java does. */
    static void load() {
        try {
            log.atDebug()
                    .addKeyValue("lz4", LZ4Factory.nativeInstance())
                    .addKeyValue("xxhash", XXHashFactory.nativeInstance())
                    .log("Native compression");
        } catch (LinkageError | AssertionError | RuntimeException e) {
            log.atInfo().addKeyValue("reason", e.toString()).log("No native compression here; plain Java is slower");
        }
    }
}
