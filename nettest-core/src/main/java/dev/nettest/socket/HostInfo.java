package dev.nettest.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.Security;
import java.util.Arrays;

/**
 * The address at the end of what a failed connect says, where the JDK is told to put it there: by the property, of the system or of
 * {@code java.security}, {@code jdk.includeInExceptions=hostInfo}.
 */
final class HostInfo {

    private static final String PROPERTY = "jdk.includeInExceptions";

    /** 17 does so and 25 does not; it went with the sockets that know virtual threads. */
    private static final boolean TIMEOUTS_TELL = Runtime.version().feature() < 19;

    private HostInfo() {}

    /** {@code failure}, or one of the same class that tells the address as well. One that a fault made stays as it is. */
    static IOException in(IOException failure, InetSocketAddress target) {
        if (failure.getSuppressed().length > 0 || !isWanted()) {
            return failure;
        }
        String text = failure.getMessage() + ": " + target;
        IOException told;
        if (failure.getClass() == ConnectException.class) {
            told = new ConnectException(text);
        } else if (failure.getClass() == BindException.class) {
            told = new BindException(text);
        } else if (failure.getClass() == SocketException.class) {
            told = new SocketException(text);
        } else if (failure.getClass() == SocketTimeoutException.class && TIMEOUTS_TELL) {
            told = new SocketTimeoutException(text);
        } else {
            return failure;
        }
        told.setStackTrace(failure.getStackTrace());
        return told;
    }

    private static boolean isWanted() {
        String wanted = System.getProperty(PROPERTY);
        if (wanted == null) {
            wanted = Security.getProperty(PROPERTY);
        }
        return wanted != null
                && Arrays.stream(wanted.split(","))
                        .anyMatch(word -> word.strip().equalsIgnoreCase("hostInfo"));
    }
}
