package dev.studybuddy.projector.journal;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Function;

/** Maps each element of a list on each access, so that the mapped elements are not in memory at the same time. */
final class MappedList<S, T> extends AbstractList<T> implements RandomAccess {

    private final List<S> source;
    private final Function<S, T> mapper;

    MappedList(List<S> source, Function<S, T> mapper) {
        this.source = source;
        this.mapper = mapper;
    }

    @Override
    public T get(int index) {
        return mapper.apply(source.get(index));
    }

    @Override
    public int size() {
        return source.size();
    }
}
