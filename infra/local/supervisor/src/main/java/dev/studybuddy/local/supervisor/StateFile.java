package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The state as a file, replaced as a whole. */
final class StateFile {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    StateFile(Path file) {
        this.file = file;
    }

    /** Empty where nothing ran, or where what is there can't be read, as after a full disk. */
    Optional<StackState> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), StackState.class));
        } catch (IOException | JacksonException unreadable) {
            return Optional.empty();
        }
    }

    synchronized void write(StackState state) {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    synchronized void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
