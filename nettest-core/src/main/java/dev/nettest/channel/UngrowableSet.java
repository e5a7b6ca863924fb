package dev.nettest.channel;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;

/** A view of a set that allows removing, but not adding, like a selector's selected keys. */
final class UngrowableSet<T> extends AbstractSet<T> {

    private final Set<T> set;

    UngrowableSet(Set<T> set) {
        this.set = set;
    }

    @Override
    public Iterator<T> iterator() {
        return set.iterator();
    }

    @Override
    public int size() {
        return set.size();
    }

    @Override
    public boolean contains(Object element) {
        return set.contains(element);
    }

    @Override
    public boolean remove(Object element) {
        return set.remove(element);
    }

    @Override
    public void clear() {
        set.clear();
    }
}
