package dev.studybuddy.projector.generation;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.readmodel.ReadModel;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A served model is a read model in all versions of its projection that this instance contains.
 *
 * @param versions the model in each version
 * @param presentVersion the version that this instance publishes and for which it starts a generation
 */
record ServedModel(SortedMap<Integer, ReadModel> versions, int presentVersion) {

    ServedModel {
        versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    }

    /** Returns the name that all versions share. */
    String name() {
        return present().name();
    }

    /** Returns the model in its present version. */
    ReadModel present() {
        return requireNonNull(versions.get(presentVersion));
    }

    /** Returns the model in a version, or null if this instance does not contain the version. */
    @Nullable
    ReadModel ofVersion(int version) {
        return versions.get(version);
    }

    /** Returns the highest version that this instance contains. */
    int highestVersion() {
        return versions.lastKey();
    }
}
