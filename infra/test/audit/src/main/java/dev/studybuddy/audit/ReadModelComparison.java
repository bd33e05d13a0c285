package dev.studybuddy.audit;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.readmodel.StudyContribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares one generation of the read model {@code study} with the newest states, which the caller supplies. */
public final class ReadModelComparison {

    private ReadModelComparison() {}

    /** Returns the differences of mirrors and rollups, the open dead letters, and the broken documents. */
    public static List<Finding> of(MongoDatabase database, int generation, Map<AggregateKey, AggregateState> states) {
        ReadModelState found = ReadModelState.read(database, generation, StudyContribution::ofVersion);
        List<Finding> findings = new ArrayList<>(found.refused());
        findings.addAll(MirrorComparison.of(states, found.mirrors()));
        findings.addAll(RollupComparison.of(found.contribution(), states.values(), found.rollups()));
        return findings;
    }
}
