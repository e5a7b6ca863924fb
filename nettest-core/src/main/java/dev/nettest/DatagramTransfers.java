package dev.nettest;

import dev.nettest.kernel.Condition;
import dev.nettest.kernel.DatagramQueue;
import dev.nettest.kernel.Departure;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Outcome;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/** Sends and receives of one datagram endpoint: the attempt, the wait between attempts, and the exception of each outcome. */
final class DatagramTransfers {

    /** 65535 less the headers of IPv4 and UDP; the header of IPv6 is not counted. */
    private static final int MOST_4 = 65_507;

    private static final int MOST_6 = 65_527;

    /** From 18 on the JDK says {@code ClosedChannelException} here; 17 says that it was closed meanwhile. */
    private static final boolean SAYS_CLOSED_MEANWHILE = Runtime.version().feature() < 18;

    private final DatagramEndpoint endpoint;
    private final DatagramQueue queue;

    DatagramTransfers(DatagramEndpoint endpoint, DatagramQueue queue) {
        this.endpoint = endpoint;
        this.queue = queue;
    }

    // ---- sending

    /** @param target null for the peer that it is connected to */
    int send(ByteBuffer source, @Nullable InetSocketAddress target, Face face) throws IOException {
        checkInterrupt(face);
        int count = source.remaining();
        for (boolean waited = false; ; waited = true) {
            if (attemptSend(source, target, face, waited)) {
                return count;
            }
            await(Condition.WRITABLE, Timers.NEVER, face);
        }
    }

    /** Whether it went; false where a fault holds it up. */
    boolean trySend(ByteBuffer source, @Nullable InetSocketAddress target) throws IOException {
        return attemptSend(source, target, Face.CHANNEL, false);
    }

    private boolean attemptSend(ByteBuffer source, @Nullable InetSocketAddress wanted, Face face, boolean waited)
            throws IOException {
        checkOpen(face, waited);
        InetSocketAddress peer = (InetSocketAddress) queue.peer();
        InetSocketAddress target = wanted == null ? peer : wanted;
        if (target == null) {
            throw new NotYetConnectedException();
        }
        if (peer != null && !target.equals(peer)) {
            throw new AlreadyConnectedException();
        }
        if (peer != null && !source.hasRemaining()) {
            return true; // the JDK takes it for a write of nothing, and sends nothing
        }
        InetSocketAddress reached = endpoint.host().reachable(target);
        InetSocketAddress from = checkSendable(reached, source.remaining(), peer != null);
        Departure departure;
        Verdict acted = null;
        queue.lock();
        try {
            departure = queue.depart(source.remaining());
            if (departure.outcome() == Outcome.FAULT) {
                acted = queue.actedOnSend();
            }
            if (departure.after() > 0) {
                hold(from, reached, source, departure.after());
            }
        } finally {
            queue.leave();
        }
        switch (departure.outcome()) {
            case 0 -> {
                depart(from, reached, source, departure);
                return true;
            }
            case Outcome.BLOCKED -> {
                return false;
            }
            case Outcome.FAULT -> throw Failures.of(acted, endpoint.toString());
            case Outcome.UNREACHABLE -> throw new PortUnreachableException();
            default -> throw closed(face, waited);
        }
    }

    private void hold(InetSocketAddress from, InetSocketAddress target, ByteBuffer source, long after) {
        ByteBuffer copy = Datagrams.copy(source);
        queue.hold(() -> endpoint.network().datagrams().send(endpoint, from, target, copy, Departure.PLAIN), after);
    }

    private void depart(InetSocketAddress from, InetSocketAddress target, ByteBuffer source, Departure departure) {
        Datagrams datagrams = endpoint.network().datagrams();
        endpoint.record(EventRing.Kind.SEND, source.remaining());
        if (departure.after() == 0) {
            for (int copy = 0; copy < departure.copies(); copy++) {
                datagrams.send(endpoint, from, target, source, departure);
            }
        }
        source.position(source.limit());
        if (!departure.released().isEmpty()) {
            departure.released().forEach(Runnable::run);
        }
    }

    /** The address that it is sent from. */
    InetSocketAddress checkReachable(InetAddress target) throws IOException {
        if (Datagrams.isBroadcast(target) && !endpoint.broadcast()) {
            throw spoken(SystemError.BROADCAST_NOT_ALLOWED);
        }
        InetAddress own = ((InetSocketAddress) endpoint.boundAddress()).getAddress();
        boolean crosses = !own.isAnyLocalAddress() && (own instanceof Inet4Address) != (target instanceof Inet4Address);
        if (crosses) {
            throw spoken(
                    own instanceof Inet4Address
                            ? SystemError.ADDRESS_FAMILY_NOT_SUPPORTED
                            : SystemError.NETWORK_UNREACHABLE);
        }
        InetSocketAddress source = endpoint.sourceTo(target);
        if (source == null) {
            throw spoken(SystemError.NETWORK_UNREACHABLE);
        }
        return source;
    }

    private InetSocketAddress checkSendable(InetSocketAddress target, int count, boolean connected) throws IOException {
        InetAddress address = target.getAddress();
        if (!connected && target.getPort() == 0) {
            throw new SocketException("Can't send to port 0");
        }
        InetSocketAddress from = checkReachable(address);
        if (count > (address instanceof Inet4Address ? MOST_4 : MOST_6)) {
            IOException tooLong = spoken(SystemError.MESSAGE_TOO_LONG);
            throw connected ? new IOException(tooLong.getMessage()) : tooLong; // the JDK goes another way there
        }
        return from;
    }

    // ---- receiving

    SocketAddress receive(ByteBuffer target, long timeout, Face face) throws IOException {
        checkWritable(target);
        checkInterrupt(face);
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            SocketAddress sender = attemptReceive(target, face, waited);
            if (sender != null) {
                return sender;
            }
            if (!waited) {
                deadline = endpoint.network().timers().in(timeout);
            }
            await(Condition.READABLE, deadline, face);
        }
    }

    @Nullable
    SocketAddress tryReceive(ByteBuffer target) throws IOException {
        checkWritable(target);
        return attemptReceive(target, Face.CHANNEL, false);
    }

    private @Nullable SocketAddress attemptReceive(ByteBuffer target, Face face, boolean waited) throws IOException {
        int count;
        SocketAddress sender = null;
        Verdict acted = null;
        queue.lock();
        try {
            count = queue.receive(target);
            if (count >= 0) {
                sender = queue.lastSender();
            } else if (count == Outcome.FAULT) {
                acted = queue.actedOnReceive();
            }
        } finally {
            queue.leave();
        }
        switch (count) {
            case Outcome.BLOCKED -> {
                return null;
            }
            case Outcome.CLOSED -> throw closed(face, waited);
            case Outcome.FAULT -> throw Failures.of(acted, endpoint.toString());
            case Outcome.UNREACHABLE -> throw new PortUnreachableException();
            default -> {
                endpoint.record(EventRing.Kind.RECEIVE, count);
                return sender;
            }
        }
    }

    // ---- waiting and failing

    private void await(int condition, long deadline, Face face) throws IOException {
        ThreadWaiter.End end = ThreadWaiter.await(
                queue,
                condition,
                1,
                false,
                endpoint.network().timers(),
                deadline,
                Timers.NEVER,
                face.isInterruptible());
        if (end == ThreadWaiter.End.TIMED_OUT) {
            throw new SocketTimeoutException("Receive timed out");
        }
        if (end == ThreadWaiter.End.INTERRUPTED) {
            endpoint.closeForOwner();
            throw face.interrupted();
        }
    }

    private void checkInterrupt(Face face) throws IOException {
        checkOpen(face, false);
        if (face.heedsStatus() && Thread.currentThread().isInterrupted()) {
            endpoint.closeForOwner();
            throw face.interrupted();
        }
    }

    void checkOpen(Face face, boolean waited) throws IOException {
        if (endpoint.isClosed()) {
            throw closed(face, waited);
        }
    }

    private static IOException closed(Face face, boolean waited) {
        return face.closed(waited || SAYS_CLOSED_MEANWHILE);
    }

    private IOException spoken(SystemError error) {
        return error.exception(endpoint.network().config().personality());
    }

    private static void checkWritable(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
