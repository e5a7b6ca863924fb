package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.Personality;
import dev.nettest.SystemError;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Outcome;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.NotYetConnectedException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exception for each {@link Outcome} of a read or a write on a connection. */
final class StreamErrors {

    private final ConnectionImpl connection;
    private final ErrorStyle style;

    /** The fault that made the outcome; null for none. */
    private final @Nullable Verdict acted;

    /** True if the operation waited before this outcome. */
    private final boolean waited;

    StreamErrors(ConnectionImpl connection, ErrorStyle style, @Nullable Verdict acted, boolean waited) {
        this.connection = connection;
        this.style = style;
        this.acted = acted;
        this.waited = waited;
    }

    IOException ofRead(int outcome) {
        return recorded(Operation.Kind.READ, () -> readError(outcome));
    }

    IOException ofWrite(int outcome) {
        return recorded(Operation.Kind.WRITE, () -> writeError(outcome));
    }

    /** The exception of {@code error}, or the one that it throws. */
    private IOException recorded(Operation.Kind operation, Supplier<IOException> error) {
        try {
            IOException made = error.get();
            connection.record(EventKind.FAIL, 0, FailedOperation.of(operation, made));
            return made;
        } catch (RuntimeException | Error e) {
            connection.record(EventKind.FAIL, 0, FailedOperation.of(operation, e));
            throw e;
        }
    }

    private IOException readError(int outcome) {
        return switch (outcome) {
            case Outcome.CLOSED -> ErrorHelp.ofClosed(style.closed(waited), connection);
            case Outcome.NOT_CONNECTED -> throw new NotYetConnectedException();
            case Outcome.RESET -> marked(SystemError.CONNECTION_RESET.exception(personality()));
            case Outcome.TIMED_OUT -> styled(SystemError.CONNECTION_TIMED_OUT_IN_TRANSFER);
            default -> ofFault();
        };
    }

    private IOException writeError(int outcome) {
        return switch (outcome) {
            case Outcome.CLOSED -> ErrorHelp.ofClosed(style.closed(waited), connection);
            case Outcome.RESET_BY_PEER -> marked(styled(SystemError.CONNECTION_RESET_BY_PEER));
            case Outcome.BROKEN_PIPE -> styled(SystemError.BROKEN_PIPE);
            case Outcome.TIMED_OUT -> styled(SystemError.CONNECTION_TIMED_OUT_IN_TRANSFER);
            case Outcome.OUTPUT_SHUTDOWN ->
                markedIfHalfClosed(
                        style == ErrorStyle.CHANNEL
                                ? new AsynchronousCloseException()
                                : styled(SystemError.OUTPUT_SHUT_DOWN));
            case Outcome.NOT_CONNECTED -> throw new NotYetConnectedException();
            default -> ofFault();
        };
    }

    /** For the urgent data of a socket, the JDK throws some exceptions of a channel. */
    static IOException ofUrgentWrite(ConnectionImpl connection, int outcome, @Nullable Verdict acted, boolean waited) {
        StreamErrors ofSocket = new StreamErrors(connection, ErrorStyle.SOCKET, acted, waited);
        StreamErrors ofChannel = new StreamErrors(connection, ErrorStyle.CHANNEL, acted, waited);
        return switch (outcome) {
            case Outcome.RESET_BY_PEER, Outcome.BROKEN_PIPE, Outcome.TIMED_OUT -> ofChannel.ofWrite(outcome);
            case Outcome.OUTPUT_SHUTDOWN -> ofChannel.styled(SystemError.OUTPUT_SHUT_DOWN);
            default -> ofSocket.ofWrite(outcome);
        };
    }

    /** An error whose exception class depends on the style. */
    private IOException styled(SystemError error) {
        return style.failed(error.text(personality()));
    }

    private IOException ofFault() {
        return FaultExceptions.of(acted, connection.toString());
    }

    private IOException marked(IOException exception) {
        return FaultExceptions.marked(exception, acted, connection.toString());
    }

    /** Later writes name the fault too, which is still the last that acted. */
    private IOException markedIfHalfClosed(IOException exception) {
        return acted != null && acted.effect() == Effect.HALF_CLOSE ? marked(exception) : exception;
    }

    private Personality personality() {
        return connection.network().config().personality();
    }
}
