package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A projection describes the function that fills a read model. The projector records it in the generation record, so
 * that other services can serve the model without code of their own for it.
 *
 * @param version the version, which each change of the function raises
 * @param reads the types of the aggregates whose topics the function reads
 */
public record Projection(int version, Set<AggregateType> reads) {

    public Projection {
        reads = Collections.unmodifiableSet(copy(reads));
    }

    private static Set<AggregateType> copy(Collection<AggregateType> types) {
        Set<AggregateType> copied = EnumSet.noneOf(AggregateType.class);
        copied.addAll(types);
        return copied;
    }
}
