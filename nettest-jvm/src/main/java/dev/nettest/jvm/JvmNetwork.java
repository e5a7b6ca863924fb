package dev.nettest.jvm;

import dev.nettest.Network;
import dev.nettest.jvm.internal.claim.Callers;
import dev.nettest.jvm.internal.claim.Claims;
import dev.nettest.jvm.internal.install.Installation;
import java.util.Objects;

/**
 * Brings code that opens its own sockets and channels onto a network, without an agent. On the test class path this
 * artifact installs itself as the provider of the JVM's channels, sockets and names. They are the kernel's, unless a
 * network has claimed the address of a bind or a connect:
 *
 * <pre>{@code
 * try (Claim claim = JvmNetwork.claim(network)) {
 *     Host server = claim.host("server");                       // 10.0.0.1
 *     server.listen(80);
 *     SocketChannel.open(new InetSocketAddress(claim.address(1), 80));   // in memory
 * }
 * }</pre>
 *
 * <p>Which address belongs to which claim is decided at each bind and connect. See {@link Localhost} for the loopback
 * addresses and the wildcards. The system property {@code nettest.jvm=off} turns the mode off.
 */
public final class JvmNetwork {

    private JvmNetwork() {}

    /** Claims a free prefix for {@code network}; see {@link ClaimConfig#defaults()}. */
    public static Claim claim(Network network) {
        return claim(network, ClaimConfig.defaults());
    }

    /**
     * Claims addresses for {@code network}, until the claim or the network is closed.
     *
     * @throws IllegalStateException if an address belongs to another claim. The text names the lines of both. If the
     *     JVM took its channels from another provider, or the mode is turned off
     */
    public static Claim claim(Network network, ClaimConfig config) {
        return claim(network, config, Callers.line());
    }

    /**
     * Like {@link #claim(Network, ClaimConfig)}, for extensions of test frameworks.
     *
     * @param user names the claim in messages, such as the test that has it, instead of the line of the call
     */
    public static Claim claim(Network network, ClaimConfig config, String user) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(user, "user");
        Installation.complete();
        return Claims.open(network, config, user);
    }
}
