package dev.studybuddy.projector.readmodel;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ServerDescription;
import org.bson.Document;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;

/** Lines over the driver's pool, each with a causally consistent session where the server has sessions. */
public final class MongoLines implements Lines {

    private static final Document PING = new Document("ping", 1);
    private static final ClientSessionOptions CAUSAL =
            ClientSessionOptions.builder().causallyConsistent(true).build();

    private final MongoClient client;
    private final MongoDatabase database;
    private final ConnectionAges ages;

    /**
     * Over a client whose listener for commands and for its pool is {@code ages}, and which retries nothing by itself.
     */
    public MongoLines(MongoClient client, String database, ConnectionAges ages) {
        this.client = client;
        MongoDatabase plain = client.getDatabase(database);
        CodecRegistry codecs = CodecRegistries.fromRegistries(
                CodecRegistries.fromCodecs(new PlainDocumentCodec(plain.getCodecRegistry())), plain.getCodecRegistry());
        this.database = plain.withCodecRegistry(codecs)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY);
        this.ages = ages;
    }

    @Override
    public Line open() {
        long point = ages.now();
        return new MongoLine(database, session(), ages, point);
    }

    private @Nullable ClientSession session() {
        try {
            if (client.getClusterDescription().getServerDescriptions().stream().noneMatch(ServerDescription::isOk)) {
                database.runCommand(PING);
            }
            // A server without sessions is a single one: what its primary answered is there for all that follows.
            return client.getClusterDescription().getLogicalSessionTimeoutMinutes() == null
                    ? null
                    : client.startSession(CAUSAL);
        } catch (MongoException away) {
            throw new LineLostException(LineLostException.Cause.OUTAGE, "MongoDB: " + away.getMessage(), away);
        }
    }
}
