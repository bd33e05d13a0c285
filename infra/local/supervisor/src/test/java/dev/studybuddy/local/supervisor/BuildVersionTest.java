package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BuildVersionTest {

    @Test
    void theBuildWritesItsVersionIntoTheProgram() {
        assertThat(BuildVersion.read()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
}
