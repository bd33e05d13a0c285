package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds the programs of the previous version, in a work tree of their own. */
final class EarlierVersion implements AutoCloseable {

    /** This file names the commit of the previous version. */
    private static final Path FILE = Path.of("infra/test/e2e/earlier-version.txt");

    private static final Path FOLDER = Path.of("infra/test/e2e/target/earlier-version");
    private static final String MODULES = "api-service,outbox-publisher,mongo-projector";
    private static final long LIMIT_MINUTES = 30;

    private final Path root;
    private final String commit;
    private final Path checkout;
    private final Path output;

    private EarlierVersion(Path root, String commit) {
        this.root = root;
        this.commit = commit;
        this.checkout = root.resolve(FOLDER).resolve(commit);
        this.output = root.resolve(FOLDER).resolve("output.txt");
    }

    /**
     * Builds the programs. The calling test is skipped if the repository lacks the commit, as a shallow clone does, and
     * fails for this reason in CI.
     */
    static EarlierVersion build() throws IOException, InterruptedException {
        Path root = Repository.find().root();
        EarlierVersion version = new EarlierVersion(root, readCommit(root));
        Files.createDirectories(version.output.getParent());
        version.requireCommit();
        version.removeWorkTree();
        version.checkOut();
        try {
            version.packagePrograms();
            return version;
        } catch (Throwable e) {
            version.close();
            throw e;
        }
    }

    private static String readCommit(Path root) throws IOException {
        return Files.readAllLines(root.resolve(FILE)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(FILE + " names no commit"))
                .strip();
    }

    private void requireCommit() throws IOException, InterruptedException {
        if (!succeeds(root, List.of("git", "cat-file", "-e", commit + "^{commit}"))) {
            InstalledProgram.skipOrFailInCi("This repository lacks the commit " + commit + ", which " + FILE
                    + " names; fetch the whole history.");
        }
    }

    private void checkOut() throws IOException, InterruptedException {
        // The option --force replaces the entry of a work tree whose folder no longer exists.
        execute(root, List.of("git", "worktree", "add", "--force", "--detach", checkout.toString(), commit));
    }

    /** Builds from the local repository of Maven if it holds all libraries, and downloads the others otherwise. */
    private void packagePrograms() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                root.resolve("mvnw").toString(),
                "--batch-mode",
                "--quiet",
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "--projects",
                MODULES,
                "--also-make",
                "package"));
        List<String> offline = new ArrayList<>(command);
        offline.add(1, "--offline");
        if (!succeeds(checkout, offline)) {
            execute(checkout, command);
        }
    }

    /** Returns the root of the work tree that contains the programs. */
    Path checkout() {
        return checkout;
    }

    @Override
    public String toString() {
        return commit;
    }

    private void execute(Path folder, List<String> command) throws IOException, InterruptedException {
        assertThat(succeeds(folder, command))
                .as("%s\n%s", command, Files.readString(output, StandardCharsets.UTF_8))
                .isTrue();
    }

    private boolean succeeds(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return ended && process.exitValue() == 0;
    }

    private void removeWorkTree() throws IOException, InterruptedException {
        if (Files.exists(checkout)) {
            execute(root, List.of("git", "worktree", "remove", "--force", checkout.toString()));
        }
    }

    /** Removes the work tree with the programs. */
    @Override
    public void close() throws IOException {
        try {
            removeWorkTree();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The work tree " + checkout + " was not removed", e);
        }
    }
}
