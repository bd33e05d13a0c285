package dev.studybuddy.bench.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the files of a report: {@code results.json}, {@code results.txt} and {@code results.svg}. */
public final class ReportFiles {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;

    /**
     * Describes the files of a report. The methods of this class write them.
     *
     * @param folder folder of the files; a write creates it if it does not exist
     */
    public ReportFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Overwrites all files.
     *
     * @param json content of {@code results.json}
     * @param text tables in {@code results.txt}
     * @param plot charts in {@code results.svg}
     */
    public void write(Map<String, Object> json, String text, Plot plot) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.json"), JSON.writeValueAsString(json));
        Files.writeString(folder.resolve("results.txt"), text);
        Files.writeString(folder.resolve("results.svg"), plot.svg());
    }

    /** Overwrites {@code results.md}, which holds a summary that a README can quote. */
    public void writeSummary(String markdown) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.md"), markdown);
    }

    /** Prints the tables and the folder on the console. */
    public void print(String text) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.print(text);
        out.println("The benchmark wrote the report to " + folder);
    }
}
