package dev.nettest;

import dev.nettest.internal.name.Resolver;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The name service of a network. A {@link Host} has its own name from the start. Other names are set here, and answers
 * can change while a test runs. No outside resolver is asked and nothing is cached: each connect by name resolves it
 * again.
 *
 * <p>Names are case-insensitive, and a trailing dot is ignored. {@code localhost} is 127.0.0.1 and ::1 and cannot
 * change. Any thread may call any method at any time; none waits.
 */
public sealed interface Names permits Resolver {

    /**
     * Makes {@code name} resolve to these addresses, in this order, and to no others. They need not belong to a host.
     * Existing connections stay as they are.
     *
     * @param addresses literals such as {@code "10.0.0.7"} or {@code "fd00::7"}
     * @throws IllegalArgumentException if {@code name} is not a host name or is {@code localhost}; if there is no
     *     address, or one is not a literal
     */
    void set(String name, String... addresses);

    /** Makes {@code name} a further name of {@code host}. */
    default void set(String name, Host host) {
        set(
                name,
                Objects.requireNonNull(host, "host").addresses().stream()
                        .map(InetAddress::getHostAddress)
                        .toArray(String[]::new));
    }

    /**
     * Makes {@code name} unknown, even if it is the name of a host. Does nothing if it is unknown already.
     *
     * @throws IllegalArgumentException if {@code name} is not a host name, or is {@code localhost}
     */
    void remove(String name);

    /** All names, in lower case, and their addresses, in the order in which the names were set. */
    Map<String, List<InetAddress>> all();
}
