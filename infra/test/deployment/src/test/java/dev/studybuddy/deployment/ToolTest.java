package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTest {

    @TempDir
    private Path folder;

    @Test
    void thePluginOfDockerReplacesTheMissingProgramOfCompose() throws Exception {
        Path docker = createProgram("docker", "[ \"$*\" = 'compose version' ]");

        assertThat(Tool.findCompose(folder.toString())).contains(List.of(docker.toString(), "compose"));
    }

    @Test
    void theProgramOfComposeIsUsedIfBothExist() throws Exception {
        createProgram("docker", "exit 0");
        Path compose = createProgram("docker-compose", "exit 0");

        assertThat(Tool.findCompose(folder.toString())).contains(List.of(compose.toString()));
    }

    @Test
    void dockerWithoutThePluginIsNotCompose() throws Exception {
        createProgram("docker", "exit 1");

        assertThat(Tool.findCompose(folder.toString())).isEmpty();
    }

    private Path createProgram(String name, String command) throws IOException {
        Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + command + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
}
