package dev.nettest.jvm;

import dev.nettest.Host;
import dev.nettest.Network;

/**
 * The addresses and names of this JVM that belong to a network while the claim is open. Code that opens its own sockets
 * reaches them in memory; see {@link JvmNetwork}. It is not for implementing. Any thread may call any method.
 */
public interface Claim extends AutoCloseable {

    /** The network that has the addresses. */
    Network network();

    /** The settings. */
    ClaimConfig config();

    /**
     * The address with this number in the first prefix of the claim: {@code address(5)} of 10.3.0.0/16 is 10.3.0.5.
     *
     * @throws IllegalArgumentException if {@code number} is not in the prefix
     */
    String address(int number);

    /**
     * Makes a host with the next free address of the claim. The JVM resolves its name and {@link #domain()} to the
     * address, and in the network its bare name.
     *
     * @throws IllegalArgumentException if {@code name} is not a host name, or is in use in the network
     */
    Host host(String name);

    /**
     * The domain of the names of this claim, such as {@code "n3.nettest"}. A name with it belongs to one claim only, so
     * parallel tests can have hosts of equal names.
     */
    String domain();

    /**
     * Gives the addresses and names back. Open channels and sockets of the network go on. Idempotent. The end of the
     * network closes the claim too.
     */
    @Override
    void close();
}
