package dev.nettest.internal.inet;

import dev.nettest.InjectedFault;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.Security;
import java.util.Arrays;

/**
 * Adds the address to the message of a failed connect, if {@code jdk.includeInExceptions} contains {@code hostInfo}.
 * The JDK reads that property from the system properties or from {@code java.security}.
 */
public final class HostInfoMessages {

    private static final String PROPERTY = "jdk.includeInExceptions";

    /** JDK 17 adds it to timeouts too, JDK 25 does not. The sockets that know virtual threads changed that. */
    private static final boolean INCLUDES_TIMEOUTS = Runtime.version().feature() < 19;

    private HostInfoMessages() {}

    /** Returns {@code failure}, or a copy of it with the address. An injected failure stays as it is. */
    public static IOException withHostInfo(IOException failure, InetSocketAddress target) {
        if (isInjected(failure) || !isEnabled()) {
            return failure;
        }
        String text = failure.getMessage() + ": " + target;
        IOException copy;
        if (failure.getClass() == ConnectException.class) {
            copy = new ConnectException(text);
        } else if (failure.getClass() == BindException.class) {
            copy = new BindException(text);
        } else if (failure.getClass() == SocketException.class) {
            copy = new SocketException(text);
        } else if (failure.getClass() == SocketTimeoutException.class && INCLUDES_TIMEOUTS) {
            copy = new SocketTimeoutException(text);
        } else {
            return failure;
        }
        copy.setStackTrace(failure.getStackTrace());
        Arrays.stream(failure.getSuppressed()).forEach(copy::addSuppressed);
        return copy;
    }

    private static boolean isEnabled() {
        String included = System.getProperty(PROPERTY);
        if (included == null) {
            included = Security.getProperty(PROPERTY);
        }
        return included != null
                && Arrays.stream(included.split(","))
                        .anyMatch(word -> word.strip().equalsIgnoreCase("hostInfo"));
    }

    private static boolean isInjected(IOException failure) {
        return Arrays.stream(failure.getSuppressed()).anyMatch(InjectedFault.class::isInstance);
    }
}
