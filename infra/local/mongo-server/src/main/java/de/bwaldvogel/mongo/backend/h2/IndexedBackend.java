package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.h2.mvstore.MVStore;

/**
 * The library's backend with working indexes, and with every write committed to the file before it is answered, so that
 * a killed server comes back with all that it acknowledged.
 */
public final class IndexedBackend extends H2Backend {

    private static final int CACHE_MEGABYTES = 32;

    /** Each commit writes every page that has a changed document, so a page has few: a fourth of the store's own 16 KB. */
    private static final int PAGE_BYTES = 4096;

    /** Commands that change nothing; whatever else comes is followed by a commit. */
    private static final Set<String> READS = Set.of(
            "ismaster",
            "hello",
            "ping",
            "buildinfo",
            "find",
            "getmore",
            "killcursors",
            "count",
            "distinct",
            "listcollections",
            "listindexes",
            "listdatabases",
            "serverstatus",
            "dbstats",
            "collstats",
            "whatsmyuri");

    private final GroupCommit commits;

    private IndexedBackend(MVStore store) {
        super(store);
        this.commits = new GroupCommit(store);
    }

    /** Keeps everything in memory. */
    public static IndexedBackend inMemory() {
        return new IndexedBackend(MVStore.open(null));
    }

    /** Keeps everything in this file, made where it is missing. */
    public static IndexedBackend inFile(Path file) {
        MVStore store = new MVStore.Builder()
                .fileName(file.toString())
                .cacheSize(CACHE_MEGABYTES)
                .pageSplitSize(PAGE_BYTES)
                // Commits happen between commands only: one in the middle would keep a document without its index
                // entry.
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open();
        // Freed space is used again at once: nothing here reads old versions of the store.
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        return new IndexedBackend(store);
    }

    @Override
    public Document handleCommand(Channel channel, String databaseName, String command, Document query) {
        if (isInMemory() || READS.contains(command.toLowerCase(Locale.ROOT))) {
            return super.handleCommand(channel, databaseName, command, query);
        }
        return commits.committed(() -> super.handleCommand(channel, databaseName, command, query));
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String databaseName) {
        return IndexedDatabase.open(databaseName, getMvStore(), getCursorRegistry());
    }
}
