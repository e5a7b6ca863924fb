package dev.nettest.internal.name;

import dev.nettest.internal.sync.EventCount;
import dev.nettest.internal.sync.Monitor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bound Unix paths of a network. Each host has a file system of its own. A path has at most one socket file. The
 * file stays after its listener is closed. A listener whose file was removed stays open, but no connect finds it.
 *
 * <p>Methods take the lock themselves.
 *
 * @param <T> the owner of a bound path
 */
public final class UnixPathTable<T> {

    private record HostPath(Object host, String path) {}

    /** A socket file. A claimed one has a token until it has an owner. */
    private static final class SocketFile<T> {
        @Nullable
        Object token;

        @Nullable
        T owner;

        SocketFile(@Nullable Object token, @Nullable T owner) {
            this.token = token;
            this.owner = owner;
        }
    }

    private final Monitor monitor = new Monitor();
    private final EventCount changes = new EventCount();
    private final Map<HostPath, SocketFile<T>> files = new LinkedHashMap<>();

    /** Removed files that still have an owner or a token. */
    private final List<SocketFile<T>> unlinked = new ArrayList<>();

    /** Advances after every change of an owner. */
    public EventCount changes() {
        return changes;
    }

    // ---- binding

    /**
     * Binds the owner that {@code owner} makes at a path of {@code host}.
     *
     * @return the owner, or null if the file exists
     */
    public @Nullable T bind(Object host, String path, Supplier<T> owner) {
        T bound;
        monitor.lock();
        try {
            HostPath key = new HostPath(host, path);
            if (files.containsKey(key)) {
                return null;
            }
            bound = owner.get();
            files.put(key, new SocketFile<>(null, bound));
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return bound;
    }

    /**
     * Claims a path without an owner; false if the file exists.
     *
     * @param token identifies the claim in {@link #bindClaimed} and {@link #releaseClaim}; null if it never gets an
     *     owner
     */
    public boolean claim(Object host, String path, @Nullable Object token) {
        monitor.lock();
        try {
            return files.putIfAbsent(new HostPath(host, path), new SocketFile<>(token, null)) == null;
        } finally {
            monitor.unlock();
        }
    }

    /**
     * Gives the path claimed with {@code token} the owner that {@code owner} makes, unless the file was removed and
     * forgotten.
     */
    public T bindClaimed(Object token, Supplier<T> owner) {
        T bound;
        monitor.lock();
        try {
            bound = owner.get();
            for (SocketFile<T> file : all()) {
                if (file.token == token) {
                    file.owner = bound;
                    break;
                }
            }
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return bound;
    }

    /** Removes {@code owner} from its path. The file stays. */
    public void release(T owner) {
        monitor.lock();
        try {
            for (SocketFile<T> file : all()) {
                if (file.owner == owner) {
                    file.owner = null;
                    file.token = null;
                }
            }
            forgetUnused();
        } finally {
            monitor.unlock();
        }
        changes.advance();
    }

    /** Ends the claim of {@code token}. The file stays. */
    public void releaseClaim(Object token) {
        monitor.lock();
        try {
            for (SocketFile<T> file : all()) {
                if (file.token == token) {
                    file.token = null;
                }
            }
            forgetUnused();
        } finally {
            monitor.unlock();
        }
    }

    /** Removes the file at a path; false if there is none. Its owner stays bound, but cannot be found. */
    public boolean unlink(Object host, String path) {
        SocketFile<T> file;
        monitor.lock();
        try {
            file = files.remove(new HostPath(host, path));
            if (file != null && (file.owner != null || file.token != null)) {
                unlinked.add(file);
            }
        } finally {
            monitor.unlock();
        }
        changes.advance();
        return file != null;
    }

    // ---- lookup

    /** The owner of the socket file at a path; null if there is none. */
    public @Nullable T find(Object host, String path) {
        monitor.lock();
        try {
            SocketFile<T> file = files.get(new HostPath(host, path));
            return file == null ? null : file.owner;
        } finally {
            monitor.unlock();
        }
    }

    /** True if there is a file at a path, with or without an owner. */
    public boolean exists(Object host, String path) {
        monitor.lock();
        try {
            return files.containsKey(new HostPath(host, path));
        } finally {
            monitor.unlock();
        }
    }

    /** All owners, in the order of binding, then those of removed files. */
    public List<T> owners() {
        monitor.lock();
        try {
            List<T> owners = new ArrayList<>();
            for (SocketFile<T> file : all()) {
                if (file.owner != null) {
                    owners.add(file.owner);
                }
            }
            return owners;
        } finally {
            monitor.unlock();
        }
    }

    // ---- with the lock held

    private List<SocketFile<T>> all() {
        List<SocketFile<T>> all = new ArrayList<>(files.values());
        all.addAll(unlinked);
        return all;
    }

    private void forgetUnused() {
        unlinked.removeIf(file -> file.owner == null && file.token == null);
    }
}
