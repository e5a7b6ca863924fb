package dev.nettest.internal.net;

import dev.nettest.internal.link.Backlog;
import dev.nettest.internal.link.HostAddress;
import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.LinkTable;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that wait for a held link, in the order in which they were sent. A datagram that no link holds queues
 * behind those that were released before it and have not left yet. Any thread may call any method.
 */
final class HeldDatagrams {

    /** A source and a destination of datagrams. All datagrams between them are held or released together. */
    record Path(HostAddress from, HostAddress to) {}

    /** A datagram that waits. */
    private record Held(long number, int bytes, Runnable sending) {}

    private final LinkTable links;

    /** The waiting datagrams. Guarded by its monitor. */
    private final Map<Path, ArrayDeque<Held>> queues = new LinkedHashMap<>();

    /** The number of datagrams that ever waited. Guarded by the monitor of {@link #queues}. */
    private long count;

    /** True while a thread sends released datagrams. Guarded by the monitor of {@link #queues}. */
    private boolean releasing;

    /** True if datagrams wait, or a thread sends released ones. Written under the monitor of {@link #queues}. */
    private volatile boolean used;

    HeldDatagrams(LinkTable links) {
        this.links = links;
    }

    /** True if a datagram on {@code path} has to {@linkplain #add queue}. False may be out of date. */
    boolean concerns(Path path) {
        return used || isHeld(path);
    }

    /**
     * Queues a datagram if a link holds it, or if released datagrams have to leave first. Then sends all datagrams that
     * no link holds, unless another thread does so.
     *
     * @return false if it was not queued: the caller sends it
     */
    boolean add(Path path, int bytes, Runnable sending) {
        synchronized (queues) {
            if (!isHeld(path) && !releasing && firstReleased() == null) {
                return false;
            }
            queues.computeIfAbsent(path, added -> new ArrayDeque<>()).add(new Held(count++, bytes, sending));
            used = true;
        }
        release(); // a link may have changed since its state was read
        return true;
    }

    /** Sends every datagram that no link holds any more. */
    void release() {
        synchronized (queues) {
            if (releasing || queues.isEmpty()) {
                return; // the releasing thread looks again after each datagram
            }
            releasing = true;
        }
        for (Runnable due = next(); due != null; due = next()) {
            due.run();
        }
    }

    /** Removes the first released datagram; null ends the release. */
    private @Nullable Runnable next() {
        synchronized (queues) {
            Path path = firstReleased();
            if (path == null) {
                releasing = false;
                used = !queues.isEmpty();
                return null;
            }
            ArrayDeque<Held> queue = Objects.requireNonNull(queues.get(path));
            Runnable sending = queue.remove().sending();
            if (queue.isEmpty()) {
                queues.remove(path);
            }
            return sending;
        }
    }

    /** The path of the first datagram that no link holds; null for none. */
    private @Nullable Path firstReleased() {
        Path first = null;
        long number = Long.MAX_VALUE;
        for (Map.Entry<Path, ArrayDeque<Held>> each : queues.entrySet()) {
            long head = each.getValue().element().number();
            if (head < number && !isHeld(each.getKey())) {
                first = each.getKey();
                number = head;
            }
        }
        return first;
    }

    /** The datagrams that wait because {@code direction} stops them. */
    Backlog backlog(LinkDirectionImpl direction) {
        Backlog total = Backlog.NONE;
        synchronized (queues) {
            for (Map.Entry<Path, ArrayDeque<Held>> each : queues.entrySet()) {
                Path path = each.getKey();
                if (links.carries(direction, path.from(), path.to(), LinkTransmitter.isForward(path))) {
                    for (Held held : each.getValue()) {
                        total = total.plus(new Backlog(held.bytes(), 1));
                    }
                }
            }
        }
        return total;
    }

    private boolean isHeld(Path path) {
        return LinkTransmitter.route(links, path).held();
    }
}
