package dev.nettest;

import dev.nettest.kernel.Condition;
import dev.nettest.kernel.End;
import dev.nettest.kernel.EventRing.Kind;
import dev.nettest.kernel.Outcome;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of one connection: the attempt, the wait between attempts, and the exception that each outcome is to its
 * {@link Face}.
 */
final class Transfers {

    private final Connection connection;
    private final End end;
    private volatile long readTimeout = Timers.NEVER;
    private volatile long writeTimeout = Timers.NEVER;

    /** A read took a reset; the JDK repeats that for ever. Guarded by the end's lock. */
    private boolean resetSeen;

    /** A socket's read met the end; the JDK repeats that for ever, even when it is closed. Guarded by the end's lock. */
    private boolean endSeen;

    Transfers(Connection connection, End end) {
        this.connection = connection;
        this.end = end;
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

    int read(ByteBuffer target, Face face) throws IOException {
        checkWritable(target);
        checkInterrupt(face);
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            int count = attemptRead(target, -1, face, waited);
            if (count != Outcome.BLOCKED) {
                return count;
            }
            if (!waited) {
                deadline = connection.timers().in(readTimeout);
            }
            switch (await(Condition.READABLE, deadline, face)) {
                case TIMED_OUT -> throw new SocketTimeoutException("Read timed out");
                case INTERRUPTED -> throw interrupted(face);
                default -> {}
            }
        }
    }

    /** Bytes, -1 at the end of stream, 0 where nothing can be read now. */
    int tryRead(ByteBuffer target, int delimiter) throws IOException {
        checkWritable(target);
        int count = attemptRead(target, delimiter, Face.CHANNEL, false);
        return count == Outcome.BLOCKED ? 0 : count;
    }

    private int attemptRead(ByteBuffer target, int delimiter, Face face, boolean waited) throws IOException {
        int outcome;
        Verdict acted = null;
        end.lock();
        try {
            if (endSeen && face == Face.SOCKET) {
                outcome = Outcome.END_OF_STREAM;
            } else if (resetSeen && !end.isClosed() && !(end.isInputShutdown() && face == Face.CHANNEL)) {
                outcome = Outcome.RESET;
            } else {
                outcome = end.read(target, delimiter);
                if (outcome < 0) {
                    acted = end.actedOnRead();
                    resetSeen |= outcome == Outcome.RESET;
                    endSeen |= outcome == Outcome.END_OF_STREAM && face == Face.SOCKET;
                }
            }
        } finally {
            end.leave();
        }
        if (outcome >= 0) {
            if (outcome > 0) {
                connection.record(Kind.READ, outcome);
            }
            return outcome;
        }
        return switch (outcome) {
            case Outcome.BLOCKED, Outcome.END_OF_STREAM -> outcome;
            case Outcome.CLOSED -> throw face.closed(waited);
            case Outcome.NOT_CONNECTED -> throw new NotYetConnectedException();
            case Outcome.RESET -> throw marked(spoken(SystemError.CONNECTION_RESET), acted);
            case Outcome.TIMED_OUT -> throw spokenBy(face, SystemError.GIVEN_UP);
            default -> throw failed(acted);
        };
    }

    int write(ByteBuffer source, Face face) throws IOException {
        checkInterrupt(face);
        int start = source.position();
        Object token = Thread.currentThread();
        boolean blocked = false;
        try {
            long deadline = 0;
            while (true) {
                if (attemptWriteAll(source, token, face, blocked)) {
                    return source.position() - start;
                }
                if (!blocked) {
                    deadline = connection.timers().in(writeTimeout);
                    blocked = true;
                }
                int condition = end.hasTurn(token) ? Condition.ROOM : Condition.WRITABLE;
                switch (await(condition, deadline, face)) {
                    case TIMED_OUT -> throw writeTimedOut(source, start, token);
                    case INTERRUPTED -> throw interrupted(face);
                    default -> {}
                }
            }
        } finally {
            if (blocked) {
                endTurn(source, token);
            }
        }
    }

    /** Writes all of {@code source} if nothing is in the way; otherwise nothing. Says whether it did. */
    boolean writeIfFits(ByteBuffer source) {
        int count = source.remaining();
        end.lock();
        try {
            if (count == 0 || !end.fits(count)) {
                return false;
            }
            end.write(source);
        } finally {
            end.leave();
        }
        connection.record(Kind.WRITE, count);
        return true;
    }

    /** Whether the operation is done. */
    boolean attemptWriteAll(ByteBuffer source, Object token, Face face, boolean waited) throws IOException {
        int before = source.position();
        int outcome;
        Verdict acted;
        end.lock();
        try {
            outcome = end.writeAll(source, token, face == Face.CHANNEL);
            acted = outcome < 0 ? end.actedOnWrite() : null;
        } finally {
            end.leave();
        }
        if (source.position() > before) {
            connection.record(Kind.WRITE, source.position() - before);
        }
        if (outcome >= 0) {
            return true;
        }
        if (outcome == Outcome.BLOCKED) {
            return false;
        }
        throw writeFailure(outcome, acted, face, waited);
    }

    /** How many bytes were taken; 0 where none can be now. */
    int tryWrite(ByteBuffer source) throws IOException {
        int outcome;
        Verdict acted;
        end.lock();
        try {
            outcome = end.write(source);
            acted = outcome < 0 ? end.actedOnWrite() : null;
        } finally {
            end.leave();
        }
        if (outcome > 0) {
            connection.record(Kind.WRITE, outcome);
        }
        if (outcome >= 0 || outcome == Outcome.BLOCKED) {
            return Math.max(0, outcome);
        }
        throw writeFailure(outcome, acted, Face.CHANNEL, false);
    }

    /** One byte, which does not wait for room, only for another's write. */
    void writeUrgent(byte value) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(new byte[] {value});
        for (boolean waited = false; ; waited = true) {
            int outcome;
            Verdict acted;
            end.lock();
            try {
                outcome = end.writeUrgent(source);
                acted = outcome < 0 ? end.actedOnWrite() : null;
            } finally {
                end.leave();
            }
            if (outcome > 0) {
                connection.record(Kind.WRITE, outcome);
                return;
            }
            if (outcome == 0) {
                throw new SocketException("No buffer space available");
            }
            if (outcome != Outcome.BLOCKED) {
                throw urgentFailure(outcome, acted, waited);
            }
            if (await(Condition.WRITABLE, Timers.NEVER, Face.SOCKET) == ThreadWaiter.End.INTERRUPTED) {
                throw interrupted(Face.SOCKET);
            }
        }
    }

    /** The JDK says of a socket's urgent data what it says of a channel's bytes. */
    private IOException urgentFailure(int outcome, @Nullable Verdict acted, boolean waited) {
        return switch (outcome) {
            case Outcome.RESET_BY_PEER, Outcome.BROKEN_PIPE, Outcome.TIMED_OUT ->
                writeFailure(outcome, acted, Face.CHANNEL, waited);
            case Outcome.OUTPUT_SHUTDOWN -> spokenBy(Face.CHANNEL, SystemError.OUTPUT_SHUT_DOWN);
            default -> writeFailure(outcome, acted, Face.SOCKET, waited);
        };
    }

    private IOException writeFailure(int outcome, @Nullable Verdict acted, Face face, boolean waited) {
        return switch (outcome) {
            case Outcome.CLOSED -> face.closed(waited);
            case Outcome.RESET_BY_PEER -> marked(spokenBy(face, SystemError.CONNECTION_RESET_BY_PEER), acted);
            case Outcome.BROKEN_PIPE -> spokenBy(face, SystemError.BROKEN_PIPE);
            case Outcome.TIMED_OUT -> spokenBy(face, SystemError.GIVEN_UP);
            case Outcome.OUTPUT_SHUTDOWN ->
                face == Face.CHANNEL ? new AsynchronousCloseException() : spokenBy(face, SystemError.OUTPUT_SHUT_DOWN);
            case Outcome.NOT_CONNECTED -> throw new NotYetConnectedException();
            default -> failed(acted);
        };
    }

    private SocketTimeoutException writeTimedOut(ByteBuffer source, int start, Object token) {
        endTurn(source, token);
        SocketTimeoutException timeout = new SocketTimeoutException("Write timed out");
        timeout.bytesTransferred = source.position() - start;
        return timeout;
    }

    /** Gives the turn up and takes back from {@code source}'s position what was withdrawn. */
    void endTurn(ByteBuffer source, Object token) {
        end.lock();
        int withdrawn;
        try {
            withdrawn = end.endTurn(token);
        } finally {
            end.leave();
        }
        source.position(source.position() - withdrawn);
    }

    void unread(ByteBuffer bytes) {
        end.lock();
        try {
            end.unread(bytes);
        } finally {
            end.leave();
        }
    }

    private ThreadWaiter.End await(int condition, long deadline, Face face) {
        return ThreadWaiter.await(
                end, condition, 1, false, connection.timers(), deadline, Timers.NEVER, face.isInterruptible());
    }

    private void checkInterrupt(Face face) throws IOException {
        if (face.heedsStatus() && Thread.currentThread().isInterrupted()) {
            if (connection.isClosed()) {
                throw face.closed(false);
            }
            throw interrupted(face);
        }
    }

    private IOException interrupted(Face face) {
        connection.life().closeByInterrupt(face.closing());
        return face.interrupted();
    }

    /** What a reset on a read is not: an error that a socket and a channel throw as another class. */
    private IOException spokenBy(Face face, SystemError error) {
        return face.failed(error.text(connection.network().config().personality()));
    }

    private IOException spoken(SystemError error) {
        return error.exception(connection.network().config().personality());
    }

    private IOException failed(@Nullable Verdict acted) {
        return Failures.of(acted, connection.toString());
    }

    private <E extends IOException> E marked(E exception, @Nullable Verdict acted) {
        return Failures.marked(exception, acted, connection.toString());
    }

    private static void checkWritable(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
    }
}
