package dev.studybuddy.local.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Reads the version that the build wrote into this program; the names of the services' jars contain it. */
final class BuildVersion {

    private static final String FILE = "/build-version.properties";

    private BuildVersion() {}

    static String read() {
        Properties properties = new Properties();
        try (InputStream file = BuildVersion.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException("The build did not write " + FILE + ".");
            }
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
