package dev.studybuddy.e2e;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Writes Kafka's commands as scripts that start their classes, as the scripts of Kafka's distribution do. */
final class KafkaCommands {

    private static final String TOOLS = "org.apache.kafka.tools.";

    private static final Map<String, String> CLASSES = Map.of(
            "kafka-broker-api-versions", TOOLS + "BrokerApiVersionsCommand",
            "kafka-consumer-groups", TOOLS + "consumer.group.ConsumerGroupCommand",
            "kafka-delete-records", TOOLS + "DeleteRecordsCommand",
            "kafka-get-offsets", TOOLS + "GetOffsetShell",
            "kafka-log-dirs", TOOLS + "LogDirsCommand",
            "kafka-topics", TOOLS + "TopicCommand");

    private KafkaCommands() {}

    /** Writes the commands into a folder, which is created, and returns the folder. */
    static Path writeInto(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> command : CLASSES.entrySet()) {
            Path script = Files.writeString(folder.resolve(command.getKey() + ".sh"), script(command.getValue()));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return folder;
    }

    private static String script(String className) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path libraries = Repository.find().root().resolve("infra/local/kafka-server/target/lib");
        return "#!/bin/sh\nexec '%s' -Xmx64m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto".formatted(java)
                + " -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp '%s/*' %s \"$@\"\n"
                        .formatted(libraries, className);
    }
}
