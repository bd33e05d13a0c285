package dev.studybuddy.local.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java command starts a program with the Java installation that runs this JVM.
 *
 * @param jvm options for the JVM
 * @param jar the program's jar, whose manifest names its libraries or which contains them
 * @param options the program's own options
 */
public record JavaCommand(List<String> jvm, Path jar, List<String> options) {

    /** Returns the words of the command line. */
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
