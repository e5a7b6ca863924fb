package dev.nettest.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a file system, as far as binding needs one: a path has at most one, it stays when nobody answers at it any more, and
 * whoever was bound answers nobody once it is removed. Guarded by the lock of its address book.
 *
 * @param <T> what is bound
 */
final class PathTable<T> {

    private record Place(Object scope, String path) {}

    /** What stands at a path; whoever claimed it knows it by the token. */
    private static final class Entry<T> {
        @Nullable
        Object token;

        @Nullable
        T owner;

        Entry(@Nullable Object token, @Nullable T owner) {
            this.token = token;
            this.owner = owner;
        }
    }

    private final Map<Place, Entry<T>> entries = new LinkedHashMap<>();

    /** Bound, or claimed, at a path that was removed since. */
    private final List<Entry<T>> removed = new ArrayList<>();

    boolean isThere(Object scope, String path) {
        return entries.containsKey(new Place(scope, path));
    }

    /** Puts something at a path where nothing is. */
    void add(Object scope, String path, @Nullable Object token, @Nullable T owner) {
        entries.put(new Place(scope, path), new Entry<>(token, owner));
    }

    /** Has {@code owner} answer at what was claimed with {@code token}, where that is still. */
    void answer(Object token, T owner) {
        Entry<T> claimed = byToken(token);
        if (claimed != null) {
            claimed.owner = owner;
        }
    }

    private @Nullable Entry<T> byToken(Object token) {
        for (Entry<T> entry : all()) {
            if (entry.token == token) {
                return entry;
            }
        }
        return null;
    }

    @Nullable
    T find(Object scope, String path) {
        Entry<T> entry = entries.get(new Place(scope, path));
        return entry == null ? null : entry.owner;
    }

    /** Nobody answers where {@code owner} did; the path stays. */
    void abandon(T owner) {
        for (Entry<T> entry : all()) {
            if (entry.owner == owner) {
                entry.owner = null;
                entry.token = null;
            }
        }
        forgetTheDead();
    }

    /** Nobody will answer at what was claimed with {@code token}; the path stays. */
    void abandonClaim(Object token) {
        for (Entry<T> entry : all()) {
            if (entry.token == token) {
                entry.token = null;
            }
        }
        forgetTheDead();
    }

    private void forgetTheDead() {
        removed.removeIf(entry -> entry.owner == null && entry.token == null);
    }

    /** Removes what stands at a path; whether something did. */
    boolean remove(Object scope, String path) {
        Entry<T> entry = entries.remove(new Place(scope, path));
        if (entry != null && (entry.owner != null || entry.token != null)) {
            removed.add(entry);
        }
        return entry != null;
    }

    /** Whoever is bound, in the order of binding, those whose path was removed last. */
    List<T> owners() {
        List<T> owners = new ArrayList<>();
        for (Entry<T> entry : all()) {
            if (entry.owner != null) {
                owners.add(entry.owner);
            }
        }
        return owners;
    }

    private List<Entry<T>> all() {
        List<Entry<T>> all = new ArrayList<>(entries.values());
        all.addAll(removed);
        return all;
    }
}
