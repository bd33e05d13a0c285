package dev.studybuddy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.outbox.Shards;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/** Reads the golden values of the contract, with which each writer checks its computation of the shard. */
final class GoldenShards {

    private static final String FILE = "/contract/shards.csv";

    private GoldenShards() {}

    /** This record names the shard of one aggregate. */
    record Shard(String aggregateType, String aggregateId, int shard) {}

    static List<Shard> read() throws IOException {
        try (InputStream file = Objects.requireNonNull(Shards.class.getResourceAsStream(FILE), FILE)) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .map(cells -> new Shard(cells[0], cells[1], Integer.parseInt(cells[2])))
                    .toList();
        }
    }
}
