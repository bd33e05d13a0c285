package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the projector says of the function that fills a read model, so that others serve the model without knowing it.
 *
 * @param version raised by each change of the function
 * @param reads the aggregates whose topics it reads
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
