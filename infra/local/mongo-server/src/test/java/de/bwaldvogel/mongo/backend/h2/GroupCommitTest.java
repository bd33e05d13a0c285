package de.bwaldvogel.mongo.backend.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {

    @TempDir
    private Path folder;

    @Test
    void aFailedCommitRunsTheFailureHandler() {
        AtomicInteger failures = new AtomicInteger();
        MVStore store = MVStore.open(folder.resolve("store.mv").toString());
        MVMap<Integer, Integer> numbers = store.openMap("numbers");
        GroupCommit commits = new GroupCommit(store, failures::incrementAndGet);
        commits.runAndCommit(() -> numbers.put(1, 1));
        assertThat(failures).hasValue(0);
        store.getFileStore().close();

        assertThatThrownBy(() -> commits.runAndCommit(() -> numbers.put(2, 2))).isInstanceOf(MVStoreException.class);
        assertThat(failures).hasValue(1);
    }
}
