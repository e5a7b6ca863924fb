package dev.nettest;

import java.util.Collection;
import java.util.Objects;

/**
 * The links of a {@link Network}, and shortcuts to cut and hold them.
 *
 * <p>No method waits. Any thread may call any method at any time.
 */
public sealed interface NetworkLinks permits Network {

    /**
     * The link between two sides. Initially it does nothing: set an {@link Impairment}, partition it or hold it. The
     * same two sides always give the same link, in either order.
     *
     * @param a the name of a host, an address such as {@code 10.0.0.5}, a range such as {@code 10.0.0.0/8} or
     *     {@code fd00::/8}, or {@code *} for all addresses
     * @param b the other side
     * @throws IllegalArgumentException if a side is none of these, or both are the same named host
     */
    Link link(String a, String b);

    /**
     * Like {@link #link(String, String)}, between two hosts.
     *
     * @throws IllegalArgumentException if they are the same host, or one is of another network
     */
    Link link(Host a, Host b);

    /**
     * The link of all traffic for which there is no more specific link, including traffic on
     * {@link Network#localhost()}. Each pair of addresses has a queue of its own. Forward is the direction of the
     * connecting end.
     */
    Link defaultLink();

    /** Cuts both directions between two sides; see {@link LinkDirection#partition}. */
    default void partition(String a, String b) {
        link(a, b).partition();
    }

    /** Like {@link #partition(String, String)}. */
    default void partition(Host a, Host b) {
        link(a, b).partition();
    }

    /** Cuts the direction from {@code from} to {@code to}; the other direction works. */
    default void partitionOneWay(String from, String to) {
        link(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"))
                .forward()
                .partition();
    }

    /** Like {@link #partitionOneWay(String, String)}. */
    default void partitionOneWay(Host from, Host to) {
        link(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"))
                .forward()
                .partition();
    }

    /** Ends a partition of both directions between two sides; see {@link LinkDirection#repair}. */
    default void repair(String a, String b) {
        link(a, b).repair();
    }

    /** Like {@link #repair(String, String)}. */
    default void repair(Host a, Host b) {
        link(a, b).repair();
    }

    /** Repairs every link. */
    void repair();

    /** Holds both directions between two sides; see {@link LinkDirection#hold}. */
    default void hold(String a, String b) {
        link(a, b).hold();
    }

    /** Like {@link #hold(String, String)}. */
    default void hold(Host a, Host b) {
        link(a, b).hold();
    }

    /** Holds the direction from {@code from} to {@code to}; the other direction works. */
    default void holdOneWay(String from, String to) {
        link(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"))
                .forward()
                .hold();
    }

    /** Like {@link #holdOneWay(String, String)}. */
    default void holdOneWay(Host from, Host to) {
        link(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"))
                .forward()
                .hold();
    }

    /** Releases both directions between two sides; see {@link LinkDirection#release}. */
    default void release(String a, String b) {
        link(a, b).release();
    }

    /** Like {@link #release(String, String)}. */
    default void release(Host a, Host b) {
        link(a, b).release();
    }

    /** Releases every link. */
    void release();

    /** Partitions {@code host} from all other hosts, until {@link #repair()} or {@link #rejoin}. */
    void isolate(Host host);

    /** Ends the {@linkplain #isolate isolation} of {@code host}. */
    void rejoin(Host host);

    /**
     * Partitions groups of hosts from one another. Hosts of one group reach each other, and hosts in no group reach
     * all. Earlier partitions stay; {@link #repair()} ends them all.
     *
     * @throws IllegalArgumentException if there are fewer than two groups, or a host is in two places or of another
     *     network; then nothing is partitioned
     */
    void split(Collection<? extends Collection<Host>> groups);
}
