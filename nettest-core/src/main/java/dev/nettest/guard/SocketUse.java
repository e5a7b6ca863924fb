package dev.nettest.guard;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A use of a real socket.
 *
 * @param operation such as {@code "write to"}
 * @param address null if it is unknown
 * @param port 0 if it is unknown
 * @param path of a Unix socket; empty for others
 * @param thread null if it is unknown
 * @param stack from the innermost frame on; empty if it is unknown
 */
record SocketUse(
        String operation,
        @Nullable InetAddress address,
        int port,
        String path,
        @Nullable String thread,
        List<String> stack) {

    /** The frames that a report shows. */
    private static final int SHOWN = 8;

    private static final List<String> PLATFORM = List.of("java.", "javax.", "jdk.", "sun.");

    /** True if neither an address nor a path is known. */
    boolean isAnonymous() {
        return address == null && path.isEmpty();
    }

    /** The operation, the address and the thread. */
    private String title() {
        StringBuilder text = new StringBuilder(operation);
        if (!path.isEmpty()) {
            text.append(" unix:").append(path);
        } else if (address == null) {
            text.append(" an unknown address");
        } else {
            String host = address.getHostAddress();
            text.append(' ')
                    .append(host.indexOf(':') < 0 ? host : "[" + host + "]")
                    .append(':')
                    .append(port);
        }
        return text.append(thread == null ? "" : " in the thread \"" + thread + '"')
                .toString();
    }

    /** The title, and the frames from the first one outside of the JDK on. */
    String text(long count) {
        StringBuilder text = new StringBuilder(title());
        if (count > 1) {
            text.append(", ").append(count).append(" times");
        }
        int first = 0;
        while (first < stack.size() && PLATFORM.stream().anyMatch(stack.get(first)::startsWith)) {
            first++;
        }
        first = first == stack.size() ? 0 : first;
        for (String frame : stack.subList(first, Math.min(stack.size(), first + SHOWN))) {
            text.append("\n      at ").append(frame);
        }
        return text.toString();
    }
}
