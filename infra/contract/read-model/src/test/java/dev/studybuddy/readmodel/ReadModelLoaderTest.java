package dev.studybuddy.readmodel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadModelLoaderTest {

    @TempDir
    private Path folder;

    @Test
    void withoutAFolderOrAJarNoReadModelIsLoaded() throws IOException {
        Files.writeString(folder.resolve("README.txt"), "This file is not a jar.");

        assertThat(ReadModelLoader.load(null)).isEmpty();
        assertThat(ReadModelLoader.load(folder)).isEmpty();
    }

    @Test
    void aFolderThatDoesNotExistIsRejected() {
        assertThatThrownBy(() -> ReadModelLoader.load(folder.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent, does not exist");
    }

    @Test
    void aJarThatNamesAnAbsentClassIsRejectedWithItsName() throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("broken.jar")))) {
            jar.putNextEntry(new JarEntry("META-INF/services/" + ReadModel.class.getName()));
            jar.write("com.example.Absent".getBytes(UTF_8));
            jar.closeEntry();
        }

        assertThatThrownBy(() -> ReadModelLoader.load(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("com.example.Absent");
    }
}
