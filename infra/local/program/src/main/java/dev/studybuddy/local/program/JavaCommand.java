package dev.studybuddy.local.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java program as a command line, on the Java that runs this JVM.
 *
 * @param jvm options for the JVM
 * @param jar the program, its libraries named in its manifest or inside
 * @param options the program's own options
 */
public record JavaCommand(List<String> jvm, Path jar, List<String> options) {

    /** The words of the command. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(jvm);
        words.add("-jar");
        words.add(jar.toString());
        words.addAll(options);
        return List.copyOf(words);
    }
}
