package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads and writes of one connection: the attempts, the waits between them, and their timeouts. */
final class StreamIo {

    /** The timeout of a socket's read includes the wait for the read lock on JDK 25, and not on 17. */
    private static final boolean TIMES_READ_LOCK = Runtime.version().feature() >= 18;

    private final ConnectionImpl connection;
    private final StreamEndpoint endpoint;
    private volatile long readTimeout = Timers.NEVER;
    private volatile long writeTimeout = Timers.NEVER;

    /**
     * A socket has read the end of the stream. The JDK repeats it for ever, even after a close. Guarded by the
     * endpoint's lock.
     */
    private boolean endSeen;

    /** {@link Transcripts} has one of this end. Guarded by the endpoint's lock. */
    private boolean recorded;

    StreamIo(ConnectionImpl connection, StreamEndpoint end) {
        this.connection = connection;
        this.endpoint = end;
    }

    void readTimeout(long nanos) {
        readTimeout = nanos;
    }

    long readTimeout() {
        return readTimeout;
    }

    void writeTimeout(long nanos) {
        writeTimeout = nanos;
    }

    long writeTimeout() {
        return writeTimeout;
    }

    int read(ByteBuffer target, ErrorStyle style) throws IOException {
        connection.network().activity().joinIfWanted();
        checkInterrupt(style);
        Object reader = style == ErrorStyle.SOCKET ? Thread.currentThread() : null;
        long deadline = Timers.NEVER;
        int before = 0;
        try {
            while (true) {
                int outcome = attemptRead(target, -1, style, before != 0, reader);
                if (outcome != Outcome.BLOCKED && outcome != Outcome.LOCKED) {
                    return outcome;
                }
                boolean starts = TIMES_READ_LOCK ? before == 0 : outcome == Outcome.BLOCKED && before != outcome;
                if (starts) {
                    deadline = connection.network().timers().in(readTimeout);
                }
                before = outcome;
                switch (awaitRead(outcome, deadline, style)) {
                    case TIMED_OUT -> {
                        connection.record(EventKind.TIMEOUT, readTimeout, Operation.Kind.READ);
                        throw new SocketTimeoutException("Read timed out");
                    }
                    case INTERRUPTED -> throw interrupted(style);
                    default -> {}
                }
            }
        } finally {
            if (before == Outcome.BLOCKED && reader != null) {
                releaseRead(reader);
            }
        }
    }

    /** The wait for the read lock is not interruptible, like in the JDK. */
    private ThreadWaiter.WaitResult awaitRead(int outcome, long deadline, ErrorStyle style) {
        return outcome == Outcome.LOCKED
                ? ThreadWaiter.awaitTurn(
                        endpoint, ReadyBits.READ_UNLOCKED, connection.network().timers(), deadline, false)
                : await(ReadyBits.READABLE, deadline, style);
    }

    private void releaseRead(Object reader) {
        endpoint.lock();
        try {
            endpoint.reader().unlock(reader);
        } finally {
            endpoint.leave();
        }
    }

    /** The number of bytes read; -1 at the end of the stream, 0 if nothing can be read now. */
    int tryRead(ByteBuffer target, int delimiter) throws IOException {
        int count = attemptRead(target, delimiter, ErrorStyle.CHANNEL, false, null);
        return count == Outcome.BLOCKED ? 0 : count;
    }

    /** @param reader the owner of the read lock, if the read has to wait; null for a read without the lock */
    private int attemptRead(ByteBuffer target, int delimiter, ErrorStyle style, boolean waited, @Nullable Object reader)
            throws IOException {
        int outcome;
        Verdict acted = null;
        endpoint.lock();
        try {
            if (reader != null && endpoint.reader().isLockedFor(reader)) {
                outcome = Outcome.LOCKED;
            } else if (endSeen && style == ErrorStyle.SOCKET) {
                outcome = Outcome.END_OF_STREAM;
            } else if (endpoint.reader().isResetReported()
                    && !endpoint.isClosed()
                    && !(endpoint.reader().isShutdown() && style == ErrorStyle.CHANNEL)) {
                outcome = Outcome.RESET;
            } else {
                checkWritable(target);
                int start = target.position();
                outcome = endpoint.reader().read(target, delimiter);
                recordReceived(target, start);
                if (outcome < 0) {
                    acted = endpoint.reader().acted();
                    if (outcome == Outcome.RESET) {
                        endpoint.reader().resetReported();
                    } else if (outcome == Outcome.END_OF_STREAM) {
                        connection.record(EventKind.END_OF_STREAM, 0, null);
                    }
                    endSeen |= outcome == Outcome.END_OF_STREAM && style == ErrorStyle.SOCKET;
                    if (reader != null && outcome == Outcome.BLOCKED) {
                        endpoint.reader().lock(reader);
                    }
                }
            }
        } finally {
            endpoint.leave();
        }
        if (outcome >= 0
                || outcome == Outcome.BLOCKED
                || outcome == Outcome.LOCKED
                || outcome == Outcome.END_OF_STREAM) {
            return outcome;
        }
        throw new StreamErrors(connection, style, acted, waited).ofRead(outcome);
    }

    int write(ByteBuffer source, ErrorStyle style) throws IOException {
        connection.network().activity().joinIfWanted();
        checkInterrupt(style);
        int start = source.position();
        Object token = Thread.currentThread();
        boolean blocked = false;
        try {
            long deadline = 0;
            while (true) {
                int outcome = attemptWriteAll(source, token, style, blocked);
                if (outcome == 0) {
                    return source.position() - start;
                }
                if (!blocked) {
                    deadline = connection.network().timers().in(writeTimeout);
                    blocked = true;
                }
                switch (awaitWrite(outcome, token, deadline, style)) {
                    case TIMED_OUT -> throw writeTimedOut(source, start, token);
                    case INTERRUPTED -> throw interrupted(style);
                    default -> {}
                }
            }
        } finally {
            if (blocked) {
                releaseWrite(source, token);
            }
        }
    }

    /** A socket's wait for the write lock is not interruptible, like in the JDK. */
    private ThreadWaiter.WaitResult awaitWrite(int outcome, Object token, long deadline, ErrorStyle style) {
        if (outcome == Outcome.LOCKED && style == ErrorStyle.SOCKET) {
            return ThreadWaiter.awaitTurn(
                    endpoint, ReadyBits.WRITE_UNLOCKED, connection.network().timers(), deadline, false);
        }
        return await(endpoint.writer().ownsWrite(token) ? ReadyBits.FREE_SPACE : ReadyBits.WRITABLE, deadline, style);
    }

    /** Writes all of {@code source} if that is possible at once; otherwise nothing. True if it did. */
    boolean writeIfFits(ByteBuffer source) {
        int count = source.remaining();
        endpoint.lock();
        try {
            if (count == 0 || !endpoint.writer().fits(count)) {
                return false;
            }
            int start = source.position();
            endpoint.writer().write(source);
            recordSent(source, start);
        } finally {
            endpoint.leave();
        }
        return true;
    }

    /** 0 if the write is complete; {@link Outcome#BLOCKED} or {@link Outcome#LOCKED} if it has to wait. */
    int attemptWriteAll(ByteBuffer source, Object token, ErrorStyle style, boolean waited) throws IOException {
        int before = source.position();
        int outcome;
        Verdict acted;
        endpoint.lock();
        try {
            outcome = endpoint.writer().writeAll(source, token, style == ErrorStyle.CHANNEL);
            acted = outcome < 0 ? endpoint.writer().acted() : null;
            recordSent(source, before);
        } finally {
            endpoint.leave();
        }
        if (outcome == 0 || outcome == Outcome.BLOCKED || outcome == Outcome.LOCKED) {
            return outcome;
        }
        throw new StreamErrors(connection, style, acted, waited).ofWrite(outcome);
    }

    /** The number of bytes written; 0 if none can be written now. */
    int tryWrite(ByteBuffer source) throws IOException {
        int start = source.position();
        int outcome;
        Verdict acted;
        endpoint.lock();
        try {
            outcome = endpoint.writer().write(source);
            acted = outcome < 0 ? endpoint.writer().acted() : null;
            recordSent(source, start);
        } finally {
            endpoint.leave();
        }
        if (outcome >= 0 || outcome == Outcome.BLOCKED) {
            return Math.max(0, outcome);
        }
        throw new StreamErrors(connection, ErrorStyle.CHANNEL, acted, false).ofWrite(outcome);
    }

    /** Writes one byte. It waits only while another write waits, not for free space. */
    void writeUrgent(byte value) throws IOException {
        StreamSettings.checkUrgent(endpoint);
        ByteBuffer source = ByteBuffer.wrap(new byte[] {value});
        for (boolean waited = false; ; waited = true) {
            int outcome;
            Verdict acted;
            endpoint.lock();
            try {
                outcome = endpoint.writer().writeUrgent(source);
                acted = outcome < 0 ? endpoint.writer().acted() : null;
                recordSent(source, 0);
            } finally {
                endpoint.leave();
            }
            if (outcome > 0) {
                return;
            }
            if (outcome == 0) {
                throw new SocketException("No buffer space available");
            }
            if (outcome != Outcome.BLOCKED && outcome != Outcome.LOCKED) {
                throw StreamErrors.ofUrgentWrite(connection, outcome, acted, waited);
            }
            if (awaitWrite(outcome, source, Timers.NEVER, ErrorStyle.SOCKET) == ThreadWaiter.WaitResult.INTERRUPTED) {
                throw interrupted(ErrorStyle.SOCKET);
            }
        }
    }

    private SocketTimeoutException writeTimedOut(ByteBuffer source, int start, Object token) {
        releaseWrite(source, token);
        connection.record(EventKind.TIMEOUT, writeTimeout, Operation.Kind.WRITE);
        SocketTimeoutException timeout = new SocketTimeoutException("Write timed out");
        timeout.bytesTransferred = source.position() - start;
        return timeout;
    }

    /** Releases the write lock, and moves the position of {@code source} back by the bytes withdrawn. */
    void releaseWrite(ByteBuffer source, Object token) {
        endpoint.lock();
        int withdrawn;
        try {
            withdrawn = endpoint.writer().releaseWrite(token);
            if (recorded) {
                log().remove(true, withdrawn);
            }
        } finally {
            endpoint.leave();
        }
        source.position(source.position() - withdrawn);
    }

    void unread(ByteBuffer bytes) {
        endpoint.lock();
        try {
            if (recorded) {
                log().remove(false, bytes.remaining());
            }
            endpoint.reader().unread(bytes);
        } finally {
            endpoint.leave();
        }
    }

    // ---- the transcript

    /** Reads and writes are recorded from now on, in the transcript of {@link Transcripts}. */
    void startRecording() {
        endpoint.lock();
        try {
            recorded = true;
        } finally {
            endpoint.leave();
        }
    }

    /**
     * Notes the bytes that were written from {@code start} on. Called before the lock is left, so that no read of them
     * comes before it.
     */
    private void recordSent(ByteBuffer source, int start) {
        int count = source.position() - start;
        if (count > 0) {
            connection.network().events().record(EventKind.WRITE, connection, count, null, source, start);
        }
        if (recorded) {
            log().add(true, source, start);
        }
    }

    /** Notes the bytes that were read from {@code start} on. Called under the lock too: a read lets a writer go on. */
    private void recordReceived(ByteBuffer target, int start) {
        int count = target.position() - start;
        if (count > 0) {
            connection.record(EventKind.READ, count, null);
        }
        if (recorded) {
            log().add(false, target, start);
        }
    }

    private TranscriptLog log() {
        return connection.network().transcripts().known(connection);
    }

    // ---- waiting

    private ThreadWaiter.WaitResult await(int condition, long deadline, ErrorStyle style) {
        ClockTimers timers = connection.network().timers();
        EventRecorder events = connection.network().events();
        if (!events.isComplete()) {
            return ThreadWaiter.awaitTurn(endpoint, condition, timers, deadline, style.isInterruptible());
        }
        WaitingOperation waiting =
                WaitingOperation.here(condition == ReadyBits.READABLE ? Operation.Kind.READ : Operation.Kind.WRITE);
        events.record(EventKind.WAIT, connection, 0, waiting);
        ThreadWaiter.WaitResult result =
                ThreadWaiter.awaitTurn(endpoint, condition, timers, deadline, style.isInterruptible());
        if (result == ThreadWaiter.WaitResult.READY) {
            events.record(EventKind.WAIT_END, connection, 0, waiting);
        }
        return result;
    }

    private void checkInterrupt(ErrorStyle style) throws IOException {
        if (style.heedsStatus() && Thread.currentThread().isInterrupted()) {
            if (connection.isClosed()) {
                throw ErrorHelp.ofClosed(style.closed(false), connection);
            }
            throw interrupted(style);
        }
    }

    private IOException interrupted(ErrorStyle style) {
        connection.teardown().closeByInterrupt(style.closing());
        return style.interrupted();
    }

    /** Like in the JDK, a read that needs no buffer does not look at it. The lock is held. */
    private void checkWritable(ByteBuffer target) {
        if (target.isReadOnly() && !endpoint.isClosed() && !endpoint.reader().isShutdown()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
