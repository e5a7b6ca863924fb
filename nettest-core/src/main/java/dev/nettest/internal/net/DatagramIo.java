package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.SystemError;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.datagram.SendVerdict;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
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
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends and receives of one datagram endpoint: attempts, the waits between them, and the exception of each outcome. */
final class DatagramIo {

    /** The length field's 65535, minus the headers of IPv4 and UDP. */
    private static final int MAX_PAYLOAD_IPV4 = 65_507;

    /** The length field of IPv6 does not count the IPv6 header. */
    private static final int MAX_PAYLOAD_IPV6 = 65_527;

    private final DatagramEndpointImpl endpoint;
    private final DatagramSocketQueue queue;

    DatagramIo(DatagramEndpointImpl endpoint, DatagramSocketQueue queue) {
        this.endpoint = endpoint;
        this.queue = queue;
    }

    // ---- sending

    /** @param target null for the connected peer */
    int send(ByteBuffer source, @Nullable InetSocketAddress target, ErrorStyle style) throws IOException {
        checkInterrupt(style);
        int count = source.remaining();
        for (boolean waited = false; ; waited = true) {
            if (attemptSend(source, target, style, waited)) {
                return count;
            }
            await(ReadyBits.WRITABLE, Timers.NEVER, 0, style);
        }
    }

    /** Returns false if a fault blocks the send. */
    boolean trySend(ByteBuffer source, @Nullable InetSocketAddress target) throws IOException {
        return attemptSend(source, target, ErrorStyle.CHANNEL, false);
    }

    /** The first attempt may only tell the length to the predicate of a fault. Then a second one follows. */
    private boolean attemptSend(ByteBuffer source, @Nullable InetSocketAddress target, ErrorStyle style, boolean waited)
            throws IOException {
        if (attemptSendOnce(source, target, style, waited)) {
            return true;
        }
        return attemptSendOnce(source, target, style, waited);
    }

    private boolean attemptSendOnce(
            ByteBuffer source, @Nullable InetSocketAddress requested, ErrorStyle style, boolean waited)
            throws IOException {
        checkOpen(style, waited);
        InetSocketAddress peer = endpoint.peer().address();
        InetSocketAddress target = requested == null ? endpoint.peer().requested() : requested;
        if (target == null) {
            throw new NotYetConnectedException();
        }
        if (peer != null && !target.equals(endpoint.peer().requested())) {
            throw new AlreadyConnectedException();
        }
        if (peer != null && !source.hasRemaining()) {
            return true; // the JDK treats it as a write of no bytes, and sends nothing
        }
        InetSocketAddress destination = peer == null ? endpoint.binding().sendTarget(target) : peer;
        InetSocketAddress from = checkSendable(destination, source.remaining(), peer != null);
        SendVerdict verdict;
        Verdict fault = null;
        queue.lock();
        try {
            verdict = queue.transmit(source.remaining());
            if (verdict.outcome() == Outcome.FAULT) {
                fault = queue.sends().acted();
            }
            if (verdict.after() > 0) {
                hold(from, destination, source, verdict);
            }
        } finally {
            queue.leave();
        }
        switch (verdict.outcome()) {
            case 0 -> {
                transmit(from, destination, source, verdict);
                return true;
            }
            case Outcome.BLOCKED -> {
                return false;
            }
            default -> throw failed(Operation.Kind.SEND, verdict.outcome(), fault, () -> closed(style, waited));
        }
    }

    private void hold(InetSocketAddress from, InetSocketAddress target, ByteBuffer source, SendVerdict verdict) {
        ByteBuffer copy = UdpTable.copy(source);
        queue.hold(
                () -> endpoint.network().datagramRouter().send(endpoint, from, target, copy, verdict.alone()),
                verdict.after());
    }

    private void transmit(InetSocketAddress from, InetSocketAddress target, ByteBuffer source, SendVerdict verdict) {
        DatagramRouter router = endpoint.network().datagramRouter();
        endpoint.network()
                .events()
                .record(EventKind.SEND, endpoint, source.remaining(), target, source, source.position());
        if (verdict.after() == 0) {
            if (verdict.copies() == 0) {
                recordLost(target, source.remaining(), DatagramLoss.FAULT);
            }
            for (int copy = 0; copy < verdict.copies(); copy++) {
                router.send(endpoint, from, target, source, verdict);
            }
        }
        source.position(source.limit());
        if (!verdict.released().isEmpty()) {
            verdict.released().forEach(Runnable::run);
        }
    }

    /** A datagram of {@code size} bytes to {@code target} does not arrive. */
    void recordLost(InetSocketAddress target, int size, DatagramLoss loss) {
        endpoint.network().events().record(EventKind.DROP, endpoint, size, new DatagramLoss.Lost(target, loss));
    }

    /** A datagram of {@code size} bytes to {@code target} leaves in several fragments. */
    void recordFragments(InetSocketAddress target, int size, int fragments) {
        endpoint.network().events().record(EventKind.FRAGMENT, endpoint, size, new Fragments(target, fragments));
    }

    /** The fragments of a datagram, as the detail of an event. */
    record Fragments(InetSocketAddress target, int count) {}

    /** Counts {@code bytes} that wait in the egress queue of the host. */
    void transmitStarted(int bytes) {
        queue.lock();
        queue.transmitStarted(bytes);
        queue.leave();
    }

    /** Counts {@code bytes} that left the egress queue of the host. */
    void transmitFinished(int bytes) {
        queue.lock();
        queue.transmitFinished(bytes);
        queue.leave();
    }

    /** The source address for a datagram to {@code target}. */
    InetSocketAddress checkReachable(InetAddress target) throws IOException {
        InetAddress own = endpoint.binding().address().getAddress();
        boolean crossesFamilies =
                !own.isAnyLocalAddress() && (own instanceof Inet4Address) != (target instanceof Inet4Address);
        if (crossesFamilies) {
            throw systemError(
                    own instanceof Inet4Address
                            ? SystemError.ADDRESS_FAMILY_NOT_SUPPORTED
                            : SystemError.NETWORK_UNREACHABLE);
        }
        if (UdpTable.isBroadcast(target) && !endpoint.broadcast()) {
            throw systemError(SystemError.BROADCAST_NOT_ALLOWED);
        }
        InetSocketAddress source = endpoint.binding().sourceTo(target);
        if (source == null) {
            throw systemError(SystemError.NETWORK_UNREACHABLE);
        }
        return source;
    }

    private InetSocketAddress checkSendable(InetSocketAddress target, int count, boolean connected) throws IOException {
        InetAddress address = target.getAddress();
        if (!connected && target.getPort() == 0) {
            throw new SocketException("Can't send to port 0");
        }
        InetSocketAddress from = checkReachable(address);
        int longest = address instanceof Inet4Address ? MAX_PAYLOAD_IPV4 : MAX_PAYLOAD_IPV6;
        DatagramRouter router = endpoint.network().datagramRouter();
        if (count > longest || router.refuses(endpoint, from.getAddress(), address, count)) {
            IOException tooLong = systemError(SystemError.MESSAGE_TOO_LONG);
            // the JDK writes to a connected channel, and a write has the plain exception
            throw connected ? new IOException(tooLong.getMessage()) : tooLong;
        }
        return from;
    }

    // ---- receiving

    SocketAddress receive(ByteBuffer target, long timeout, ErrorStyle style) throws IOException {
        checkWritable(target);
        checkInterrupt(style);
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            SocketAddress sender = attemptReceive(target, style, waited);
            if (sender != null) {
                return sender;
            }
            if (!waited) {
                deadline = endpoint.network().timers().in(timeout);
            }
            await(ReadyBits.READABLE, deadline, timeout, style);
        }
    }

    @Nullable
    SocketAddress tryReceive(ByteBuffer target) throws IOException {
        checkWritable(target);
        return attemptReceive(target, ErrorStyle.CHANNEL, false);
    }

    private @Nullable SocketAddress attemptReceive(ByteBuffer target, ErrorStyle style, boolean waited)
            throws IOException {
        int count;
        SocketAddress sender = null;
        Verdict fault = null;
        queue.lock();
        try {
            count = queue.receive(target);
            if (count >= 0) {
                sender = queue.lastSender();
            } else if (count == Outcome.FAULT) {
                fault = queue.actedOnReceive();
            }
        } finally {
            queue.leave();
        }
        switch (count) {
            case Outcome.BLOCKED -> {
                return null;
            }
            case Outcome.CLOSED, Outcome.FAULT, Outcome.UNREACHABLE ->
                throw failed(Operation.Kind.RECEIVE, count, fault, () -> closed(style, waited));
            default -> {
                endpoint.network().events().record(EventKind.RECEIVE, endpoint, count, null);
                return sender;
            }
        }
    }

    // ---- waiting and failing

    /** The exception of an outcome that is a failure. It may be thrown here. */
    private IOException failed(
            Operation.Kind operation, int outcome, @Nullable Verdict fault, Supplier<IOException> closed) {
        EventRecorder events = endpoint.network().events();
        try {
            IOException failure = switch (outcome) {
                case Outcome.FAULT -> FaultExceptions.of(fault, endpoint.toString());
                case Outcome.UNREACHABLE -> new PortUnreachableException();
                default -> closed.get();
            };
            events.record(EventKind.FAIL, endpoint, 0, FailedOperation.of(operation, failure));
            return failure;
        } catch (RuntimeException | Error e) {
            events.record(EventKind.FAIL, endpoint, 0, FailedOperation.of(operation, e));
            throw e;
        }
    }

    private void await(int readyBit, long deadline, long timeout, ErrorStyle style) throws IOException {
        Operation.Kind operation = readyBit == ReadyBits.READABLE ? Operation.Kind.RECEIVE : Operation.Kind.SEND;
        recordWait(EventKind.WAIT, operation);
        ThreadWaiter.WaitResult result =
                ThreadWaiter.awaitTurn(queue, readyBit, endpoint.network().timers(), deadline, style.isInterruptible());
        if (result == ThreadWaiter.WaitResult.TIMED_OUT) {
            endpoint.network().events().record(EventKind.TIMEOUT, endpoint, timeout, operation);
            throw new SocketTimeoutException("Receive timed out");
        }
        if (result == ThreadWaiter.WaitResult.INTERRUPTED) {
            endpoint.closeForOwner(Cause.INTERRUPT);
            throw style.interrupted();
        }
        recordWait(EventKind.WAIT_END, operation);
    }

    private void recordWait(EventKind kind, Operation.Kind operation) {
        EventRecorder events = endpoint.network().events();
        if (events.isComplete()) {
            events.record(kind, endpoint, 0, WaitingOperation.here(operation));
        }
    }

    private void checkInterrupt(ErrorStyle style) throws IOException {
        checkOpen(style, false);
        if (style.heedsStatus() && Thread.currentThread().isInterrupted()) {
            endpoint.closeForOwner(Cause.INTERRUPT);
            throw style.interrupted();
        }
    }

    void checkOpen(ErrorStyle style, boolean waited) throws IOException {
        if (endpoint.isClosed()) {
            throw closed(style, waited);
        }
    }

    private IOException closed(ErrorStyle style, boolean waited) {
        return ErrorHelp.ofClosed(style.closedArrival(waited), endpoint);
    }

    IOException systemError(SystemError error) {
        return error.exception(endpoint.network().config().personality());
    }

    private static void checkWritable(ByteBuffer target) {
        Objects.requireNonNull(target, "target");
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
