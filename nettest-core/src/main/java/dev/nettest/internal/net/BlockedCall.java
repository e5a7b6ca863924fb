package dev.nettest.internal.net;

import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.util.CallSite;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The call in which a thread is blocked, found in its stack.
 *
 * @param operation the method of a socket, a channel, a stream or a network that the code under test called. Classes of
 *     the JDK may stand in between, such as a buffered reader
 * @param line the line of the code under test; null if there is none, as in a thread of the JDK
 */
record BlockedCall(String operation, @Nullable StackTraceElement line) {

    private static final String API = "dev.nettest";

    /** The classes that implement the methods of the API. */
    private static final Set<String> IMPLEMENTATIONS = Set.of(
            AbstractAwaitable.class.getName(),
            ConnectionImpl.class.getName(),
            ListenerImpl.class.getName(),
            DatagramEndpointImpl.class.getName(),
            HostImpl.class.getName(),
            NetworkImpl.class.getName(),
            WakeupImpl.class.getName());

    /** The packages of the JDK's sockets and channels, with their streams. */
    private static final Set<String> SOCKET_PACKAGES = Set.of("java.net", "java.nio.channels", "sun.nio.ch");

    private static final Set<String> SOCKET_CLASSES =
            Set.of("Socket", "Channel", "Selector", "InputStream", "OutputStream");

    /** The call of a waiting thread; null if it does not wait any more. */
    static @Nullable BlockedCall of(ThreadWaiter waiter) {
        StackTraceElement[] stack = waiter.stack();
        return stack == null ? null : of(stack);
    }

    private static BlockedCall of(StackTraceElement[] stack) {
        int caller = CallSite.indexIn(stack);
        StackTraceElement line = caller < stack.length ? stack[caller] : null;
        for (int i = caller - 1; i >= 0; i--) {
            if (isOperation(stack[i])) {
                return new BlockedCall(stack[i].getMethodName(), line);
            }
        }
        return new BlockedCall("wait", line);
    }

    private static boolean isOperation(StackTraceElement frame) {
        String type = frame.getClassName();
        String method = frame.getMethodName();
        if (method.startsWith("<") || method.indexOf('$') >= 0) {
            return false; // a constructor, a lambda
        }
        int dot = Math.max(0, type.lastIndexOf('.'));
        String home = type.substring(0, dot);
        return home.equals(API)
                || IMPLEMENTATIONS.contains(type)
                || ((home.startsWith(API) || SOCKET_PACKAGES.contains(home)) && isSocket(type.substring(dot)));
    }

    private static boolean isSocket(String name) {
        int dollar = name.indexOf('$');
        String outer = dollar < 0 ? name : name.substring(0, dollar);
        return SOCKET_CLASSES.stream().anyMatch(outer::endsWith);
    }
}
