package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir
    Path folder;

    @Test
    void aProgramKeepsWritingWhileItsLargeLogIsTruncated() throws IOException {
        LogFile log = new LogFile(folder.resolve("a.log"));
        try (OutputStream program =
                Files.newOutputStream(log.path(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            program.write("before\n".getBytes(StandardCharsets.UTF_8));
            log.truncateAbove(3);
            program.write("after\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(folder.resolve("a.log.1")).hasContent("before");
        assertThat(log.path()).hasContent("after");
    }

    @Test
    void theTailHoldsTheLastLines() throws IOException {
        Path file = Files.writeString(folder.resolve("a.log"), "1\n2\n3\n");

        assertThat(new LogFile(file).tail(2)).containsExactly("2", "3");
        assertThat(new LogFile(folder.resolve("none.log")).tail(2)).hasSize(1);
    }
}
