package dev.studybuddy.publisher.kafka;

import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads native code for the Kafka client's compression. The library selects native code by itself only if the system
 * class loader loaded the library. In an executable jar another class loader loads the library, which would then
 * compress in plain Java.
 */
final class NativeLz4 {

    private static final Logger log = LoggerFactory.getLogger(NativeLz4.class);

    private NativeLz4() {}

    /**
     * Loads the native code once for the process. It must run before the first producer is created. If native code is
     * unavailable, the library compresses in plain Java.
     */
    static void load() {
        try {
            log.atDebug()
                    .addKeyValue("lz4", LZ4Factory.nativeInstance())
                    .addKeyValue("xxhash", XXHashFactory.nativeInstance())
                    .log("The publisher loaded native compression and compresses records with it");
        } catch (LinkageError | AssertionError | RuntimeException e) {
            log.atInfo()
                    .addKeyValue("reason", e.toString())
                    .log("Native compression is unavailable; the publisher compresses records in plain Java, which is"
                            + " slower");
        }
    }
}
