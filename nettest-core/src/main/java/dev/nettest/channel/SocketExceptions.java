package dev.nettest.channel;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** The exceptions of a channel, translated by its socket adaptor like in the JDK. */
final class SocketExceptions {

    private SocketExceptions() {}

    /** An operation of a channel. */
    interface Operation<T extends @Nullable Object> {

        T run() throws IOException;
    }

    /** Translates the unchecked exceptions of {@code operation}. */
    static <T extends @Nullable Object> T translating(Operation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    /** Translates the exceptions of an operation on an option: a closed channel is a closed socket. */
    static <T> T translatingOption(Operation<T> operation) throws SocketException {
        try {
            return operation.run();
        } catch (SocketException e) {
            throw e;
        } catch (ClosedChannelException e) {
            throw because("Socket is closed", e);
        } catch (IOException e) {
            throw because(e.getMessage(), e);
        }
    }

    private static SocketException translated(RuntimeException failure) {
        if (failure instanceof NotYetConnectedException) {
            return because("Socket is not connected", failure);
        }
        if (failure instanceof AlreadyBoundException) {
            return because("Already bound", failure);
        }
        if (failure instanceof AlreadyConnectedException) {
            return because("Already connected", failure);
        }
        if (failure instanceof NotYetBoundException) {
            return because("Socket is not bound yet", failure);
        }
        if (failure instanceof UnsupportedAddressTypeException) {
            return because("Unsupported address type", failure);
        }
        if (failure instanceof UnresolvedAddressException) {
            return because("Unresolved address", failure);
        }
        throw failure; // like IllegalBlockingModeException
    }

    private static SocketException because(@Nullable String message, Exception cause) {
        SocketException translated = new SocketException(message);
        translated.initCause(cause);
        return translated;
    }
}
