package dev.nettest.internal.net;

import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.datagram.DatagramSocketQueue.Arrival;
import dev.nettest.internal.datagram.SendVerdict;
import dev.nettest.internal.event.EventKind;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** The network's side of a datagram endpoint: delivery of datagrams and ICMP errors, and its suspension. */
final class DatagramIngress {

    private final DatagramEndpointImpl endpoint;
    private final DatagramSocketQueue queue;

    DatagramIngress(DatagramEndpointImpl endpoint, DatagramSocketQueue queue) {
        this.endpoint = endpoint;
        this.queue = queue;
    }

    Arrival deliver(SocketAddress sender, ByteBuffer bytes, SendVerdict verdict) {
        queue.lock();
        try {
            Arrival arrival = queue.offer(sender, bytes, verdict);
            NetworkImpl network = endpoint.network();
            if (arrival == Arrival.QUEUED && !network.links().table().isTrivial()) {
                network.events().record(EventKind.DATAGRAM_DELIVER, endpoint, bytes.remaining(), sender);
            }
            return arrival;
        } finally {
            queue.leave();
        }
    }

    void onPortUnreachable(SocketAddress target) {
        if (queue.peer() != null) {
            queue.lock();
            queue.onPortUnreachable(target);
            queue.leave();
        }
    }

    /** Suspends delivery while the host is unreachable. */
    void syncWithHost() {
        StateSync.sync(() -> endpoint.host().isUnreachable(), this::suspendDelivery);
    }

    private void suspendDelivery(boolean suspended) {
        queue.lock();
        queue.suspendDelivery(suspended);
        queue.leave();
    }

    /** Closes the queue, and sends the datagrams that a reordering fault held back. */
    void close() {
        queue.lock();
        Iterable<Runnable> held;
        try {
            held = queue.close();
        } finally {
            queue.leave();
        }
        held.forEach(Runnable::run);
    }

    long droppedCount() {
        queue.lock();
        try {
            return queue.dropped();
        } finally {
            queue.leave();
        }
    }

    long receivedCount() {
        queue.lock();
        try {
            return queue.arrived();
        } finally {
            queue.leave();
        }
    }

    int capacity() {
        queue.lock();
        try {
            return queue.capacity();
        } finally {
            queue.leave();
        }
    }

    void capacity(int bytes) {
        queue.lock();
        try {
            queue.capacity(bytes);
        } finally {
            queue.leave();
        }
    }
}
