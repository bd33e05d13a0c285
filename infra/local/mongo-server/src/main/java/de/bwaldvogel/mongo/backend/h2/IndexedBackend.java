package de.bwaldvogel.mongo.backend.h2;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.h2.mvstore.MVStore;

/**
 * Adds working indexes to the library's backend, and commits every write to the file before it answers, so that a
 * killed server has every acknowledged write after its restart.
 */
public final class IndexedBackend extends H2Backend {

    private static final int CACHE_MEGABYTES = 32;

    /**
     * Each commit writes every page that has a changed document, so pages are small: they have a quarter of the store's
     * default size of 16 KB.
     */
    private static final int PAGE_BYTES = 4096;

    /** The first reply to a read without a batch size has at most this number of documents, as in MongoDB. */
    private static final int FIRST_BATCH = 101;

    /**
     * A later reply to a read without a batch size has at most this number of documents. MongoDB limits these replies
     * only by their size, to 16 MB. {@link ReplyLimit} limits the size here, by an estimate.
     */
    private static final int NEXT_BATCH = 1000;

    /** These commands change nothing. Every other command is followed by a commit. */
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

    private IndexedBackend(MVStore store, Runnable onFailure) {
        super(store);
        this.commits = new GroupCommit(store, onFailure);
    }

    /** Creates a backend that keeps everything in memory. */
    public static IndexedBackend inMemory() {
        return new IndexedBackend(MVStore.open(null), () -> {});
    }

    /**
     * Creates a backend that keeps everything in this file, which it creates if it is missing.
     *
     * @param onFailure ends the program. It runs after a write to the file failed, for example on a full disk. From
     *     then on, the backend answers no command until the file is opened again
     */
    public static IndexedBackend inFile(Path file, Runnable onFailure) {
        MVStore store = new MVStore.Builder()
                .fileName(file.toString())
                .cacheSize(CACHE_MEGABYTES)
                .pageSplitSize(PAGE_BYTES)
                // Commits run only between commands: a commit within a command could store a document without its
                // index entry.
                .autoCommitDisabled()
                .autoCommitBufferSize(0)
                .open();
        // The store reuses freed space at once, because nothing here reads its old versions.
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        return new IndexedBackend(store, onFailure);
    }

    @Override
    public Document handleCommand(Channel channel, String databaseName, String command, Document query) {
        Optional<Document> count = CountCommand.of(command, query);
        if (count.isPresent()) {
            Document counted = super.handleCommand(channel, databaseName, "count", count.orElseThrow());
            return CountCommand.toReply(databaseName, count.orElseThrow(), counted);
        }
        if (isInMemory() || READS.contains(command.toLowerCase(Locale.ROOT))) {
            return super.handleCommand(channel, databaseName, command, withBatchSize(command, query));
        }
        return commits.runAndCommit(() -> super.handleCommand(channel, databaseName, command, query));
    }

    private static Document withBatchSize(String command, Document query) {
        if (query.containsKey("batchSize")) {
            return query;
        }
        return switch (command.toLowerCase(Locale.ROOT)) {
            case "find" -> query.clone().append("batchSize", FIRST_BATCH);
            case "getmore" -> query.clone().append("batchSize", NEXT_BATCH);
            default -> query;
        };
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String databaseName) {
        return IndexedDatabase.open(databaseName, getMvStore(), getCursorRegistry());
    }
}
