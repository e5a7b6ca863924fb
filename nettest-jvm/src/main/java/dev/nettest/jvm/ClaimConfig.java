package dev.nettest.jvm;

import dev.nettest.jvm.internal.claim.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a {@link Claim}. Immutable.
 *
 * @param localhost whose loopback addresses and wildcards the claim takes
 * @param addresses prefixes in CIDR notation; empty for a free one
 * @param kernelPorts ports of the loopback addresses that stay with the kernel
 * @param allowsRealSockets false if the claim forbids connections and binds of the kernel
 * @param allowedReal addresses that are allowed although real sockets are forbidden
 */
public record ClaimConfig(
        Localhost localhost,
        List<String> addresses,
        Set<Integer> kernelPorts,
        boolean allowsRealSockets,
        List<String> allowedReal) {

    private static final int LAST_PORT = 65_535;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a prefix or a port is none
     */
    public ClaimConfig {
        Objects.requireNonNull(localhost, "localhost");
        addresses = List.copyOf(addresses);
        kernelPorts = Set.copyOf(kernelPorts);
        allowedReal = List.copyOf(allowedReal);
        addresses.forEach(Prefix::parse);
        allowedReal.forEach(Prefix::parse);
        for (int port : kernelPorts) {
            if (port < 1 || port > LAST_PORT) {
                throw new IllegalArgumentException("port out of range: " + port + "; expected 1 to " + LAST_PORT);
            }
        }
    }

    /** {@link Localhost#REGISTERED_THREADS}, a free prefix, and real sockets for all other addresses. */
    public static ClaimConfig defaults() {
        return builder().build();
    }

    /** A builder with the {@link #defaults()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings. */
    public static final class Builder {

        private Localhost localhost = Localhost.REGISTERED_THREADS;
        private final List<String> addresses = new ArrayList<>();
        private final Set<Integer> kernelPorts = new TreeSet<>();
        private boolean allowsRealSockets = true;
        private final List<String> allowedReal = new ArrayList<>();

        private Builder() {}

        /** The threads whose loopback addresses and wildcards the claim takes. */
        public Builder localhost(Localhost threads) {
            localhost = Objects.requireNonNull(threads, "threads");
            return this;
        }

        /**
         * Claims these addresses instead of a free prefix. The addresses of the network's hosts belong to the claim
         * anyway.
         *
         * @param prefixes addresses or prefixes, such as {@code "192.0.2.0/24"} or {@code "2001:db8::5"}
         */
        public Builder addresses(String... prefixes) {
            addresses.addAll(List.of(prefixes));
            return this;
        }

        /** Leaves these ports of the loopback addresses to the kernel, such as that of a database in a container. */
        public Builder kernelPorts(int... ports) {
            for (int port : ports) {
                kernelPorts.add(port);
            }
            return this;
        }

        /**
         * Has each connect and bind of the kernel fail while the claim is open, in all threads of the JVM. Sockets that
         * are connected or bound already go on.
         *
         * @param allowed addresses or prefixes that stay allowed
         */
        public Builder forbidRealSockets(String... allowed) {
            allowsRealSockets = false;
            allowedReal.addAll(List.of(allowed));
            return this;
        }

        /** @throws IllegalArgumentException if a prefix or a port is none */
        public ClaimConfig build() {
            return new ClaimConfig(localhost, addresses, kernelPorts, allowsRealSockets, allowedReal);
        }
    }
}
