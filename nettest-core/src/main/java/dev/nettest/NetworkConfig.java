package dev.nettest;

import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a network. Immutable. Start from {@link #defaults()}, {@link #strict()} or {@link #builder()}, and
 * change a copy with {@link #toBuilder()}.
 */
public final class NetworkConfig {

    /** 4 MiB per direction. A writer on Linux loopback blocks after 4.2 MB (measured). */
    public static final int DEFAULT_RECEIVE_BUFFER_SIZE = 4 * 1024 * 1024;

    /** 214 KiB per direction over a Unix path. A write on Linux blocks after 219,264 bytes (measured). */
    public static final int DEFAULT_UNIX_RECEIVE_BUFFER_SIZE = 219_264;

    /** The default of {@code java.net.ServerSocket}. */
    public static final int DEFAULT_BACKLOG = 50;

    /** Ten seconds. */
    public static final Duration DEFAULT_AWAIT_LIMIT = Duration.ofSeconds(10);

    /** {@code tcp_retries2} of Linux: a sender without an answer gives up after 924.6 s. */
    public static final int DEFAULT_TCP_RETRIES2 = 15;

    /** {@code tcp_syn_retries} of Linux: a connect without an answer fails after 127 s. */
    public static final int DEFAULT_TCP_SYN_RETRIES = 6;

    /** The same in every run, so that a failure repeats. */
    public static final long DEFAULT_SEED = 1;

    private static final int MAX_RETRIES = 255;

    /** {@code MAX_TCP_SYNCNT} of Linux. */
    private static final int MAX_SYN_RETRIES = 127;

    private static final int STRICT_RECEIVE_BUFFER_SIZE = 1024;
    private static final int STRICT_BACKLOG = 1;

    /** The ephemeral ports of RFC 6335, section 6. */
    static final int FIRST_EPHEMERAL_PORT = 49152;

    static final int LAST_PORT = 65535;

    private final NetworkSettings settings;

    private NetworkConfig(NetworkSettings settings) {
        this.settings = settings;
    }

    /**
     * The settings of {@link Network#create()}.
     * <ul>
     * <li>Clock: the system clock. Seed: 1, or {@code -Dnettest.seed}.
     * <li>Receive buffers: 4 MiB, over Unix paths 214 KiB. Backlog: 50. No TIME_WAIT.
     * <li>Retries of TCP: those of Linux. A sender gives up after 924.6 s, a connect after 127 s.
     * <li>Await limit: ten seconds. Ephemeral ports: 49152 to 65535.
     * <li>Exception texts: Linux. Checks at the close of the network: none. Hangs on virtual clocks fail.
     * </ul>
     */
    public static NetworkConfig defaults() {
        return builder().build();
    }

    /**
     * Settings that expose code which relies on large buffers. Receive buffers have 1 KiB, the backlog is 1, and all
     * checks run at the close of the network. The rest is {@link #defaults()}.
     */
    public static NetworkConfig strict() {
        return builder()
                .receiveBufferSize(STRICT_RECEIVE_BUFFER_SIZE)
                .backlog(STRICT_BACKLOG)
                .checks(true)
                .build();
    }

    /** A builder that starts with {@link #defaults()}. */
    public static Builder builder() {
        return new Builder(new NetworkSettings());
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        return new Builder(settings.copy());
    }

    /** The clock that networks with these settings share; null if each gets its own, see {@link #clocks()}. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable NetworkClock clock() {
        return settings.clock;
    }

    /** The supplier of a clock per network; null if networks share one, or use the system clock. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable Supplier<? extends NetworkClock> clocks() {
        return settings.clocks;
    }

    /** The seed of all random choices. */
    public long seed() {
        return settings.seed;
    }

    /** The receive buffer size of new connections in bytes, per direction; 0 for a rendezvous. */
    public int receiveBufferSize() {
        return settings.receiveBufferSize;
    }

    /** The receive buffer size of new connections over Unix paths. */
    public int unixReceiveBufferSize() {
        return settings.unixReceiveBufferSize;
    }

    /** True if closed connections occupy their local address for 60 s; see {@link Builder#timeWait}. */
    public boolean timeWait() {
        return settings.timeWait;
    }

    /** The backlog of a new listener, as in {@code listen(2)}: its accept queue holds one connection more. */
    public int backlog() {
        return settings.backlog;
    }

    /** How often a sender without an answer retransmits, see {@link Builder#tcpRetries2}. */
    public int tcpRetries2() {
        return settings.tcpRetries2;
    }

    /** How often a connect without an answer retransmits its SYN, see {@link Builder#tcpSynRetries}. */
    public int tcpSynRetries() {
        return settings.tcpSynRetries;
    }

    /** The limit of an await without its own limit, on the network's clock. */
    public Duration awaitLimit() {
        return settings.awaitLimit;
    }

    /** The first ephemeral port. */
    public int firstEphemeralPort() {
        return settings.firstEphemeralPort;
    }

    /** The last ephemeral port. */
    public int lastEphemeralPort() {
        return settings.lastEphemeralPort;
    }

    /** The operating system whose exception texts are used. */
    public Personality personality() {
        return settings.personality;
    }

    /** Selects the threads that join by themselves, see {@link Builder#joinThreads}; null for none. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable Predicate<? super Thread> joinThreads() {
        return settings.joinThreads;
    }

    /** True if each end of a connection has a {@link Transcript} from its beginning. */
    public boolean transcripts() {
        return settings.transcripts;
    }

    /** The extent of the network's {@link Trace}. */
    public TraceLevel trace() {
        return settings.trace;
    }

    /** True if the close of the network fails for leaks; see {@link Builder#checksLeaks}. */
    public boolean checksLeaks() {
        return settings.checksLeaks;
    }

    /** True if the close of the network fails for faults that never fired. */
    public boolean checksFaults() {
        return settings.checksFaults;
    }

    /** True if waits on a virtual clock fail once nothing can end them; see {@link Builder#checksHangs}. */
    public boolean checksHangs() {
        return settings.checksHangs;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private final NetworkSettings values;

        private Builder(NetworkSettings values) {
            this.values = values;
        }

        /** The clock of all networks with these settings. The default is the system clock. */
        public Builder clock(NetworkClock clock) {
            values.clock = Objects.requireNonNull(clock, "clock");
            values.clocks = null;
            return this;
        }

        /**
         * The supplier of a clock for each network: {@code clocks(VirtualClock::manual)} for clocks that the test
         * moves, {@code clocks(VirtualClock::selfAdvancing)} for clocks that move by themselves.
         */
        public Builder clocks(Supplier<? extends NetworkClock> clocks) {
            values.clocks = Objects.requireNonNull(clocks, "clocks");
            values.clock = null;
            return this;
        }

        /** The seed of all random choices. {@code -Dnettest.seed=...} replaces the default, to repeat a failure. */
        public Builder seed(long seed) {
            values.seed = seed;
            return this;
        }

        /**
         * The size of receive buffers, of TCP and over Unix paths. 0 makes every connection a rendezvous;
         * {@link Connection#UNLIMITED} removes the bound.
         *
         * @throws IllegalArgumentException if {@code bytes} is negative
         */
        public Builder receiveBufferSize(int bytes) {
            values.receiveBufferSize = Checks.notNegative(bytes, "receiveBufferSize");
            values.unixReceiveBufferSize = bytes;
            return this;
        }

        /**
         * The size of receive buffers over Unix paths only; call it after {@link #receiveBufferSize(int)}.
         *
         * @throws IllegalArgumentException if {@code bytes} is negative
         */
        public Builder unixReceiveBufferSize(int bytes) {
            values.unixReceiveBufferSize = Checks.notNegative(bytes, "unixReceiveBufferSize");
            return this;
        }

        /**
         * Makes a closed connection occupy its local address, like Linux. Initially off: addresses are free after a
         * close.
         *
         * <p>The end that closes actively is concerned: it sends its FIN before it receives the peer's. Its address is
         * in use until the peer has closed too, and then 60 s in TIME_WAIT ({@code TCP_TIMEWAIT_LEN}), on the network's
         * clock. If the peer does not close, it is free after 60 s ({@code tcp_fin_timeout}). An RST frees it at once.
         *
         * <p>Meanwhile a bind of the address, and a connect from it, fail with {@code BindException: Address already in
         * use}. They succeed if both sockets have {@code SO_REUSEADDR}. Listeners have it, and so do the JDK's server
         * sockets, so a listener can be bound again.
         */
        public Builder timeWait(boolean on) {
            values.timeWait = on;
            return this;
        }

        /**
         * The backlog, as in {@code listen(2)}: the accept queue holds one connection more, like on Linux.
         *
         * @throws IllegalArgumentException if {@code connections} is less than 1
         */
        public Builder backlog(int connections) {
            values.backlog = (int) Checks.positive(connections, "backlog");
            return this;
        }

        /**
         * How often a sender without an answer retransmits, or probes a closed window, before its connection times out:
         * {@code tcp_retries2} of Linux, 15 by default. The first timeout is 200 ms, each next one is twice as long, up
         * to 120 s. Their sum is 924.6 s for 15 retries, 3 s for 3, and 0.6 s for 1. That is the hypothetical timeout
         * of Linux' ip-sysctl.rst; Linux itself gives up at the next retransmission.
         *
         * @throws IllegalArgumentException if {@code retries} is not between 0 and 255
         */
        public Builder tcpRetries2(int retries) {
            values.tcpRetries2 = Checks.within(retries, 0, MAX_RETRIES, "tcpRetries2");
            return this;
        }

        /**
         * How often a connect without an answer retransmits its SYN: {@code tcp_syn_retries} of Linux, 6 by default.
         * The first timeout is one second, each next one is twice as long, up to 120 s. Their sum is 127 s for 6
         * retries.
         *
         * @throws IllegalArgumentException if {@code retries} is not between 1 and 127
         */
        public Builder tcpSynRetries(int retries) {
            values.tcpSynRetries = Checks.within(retries, 1, MAX_SYN_RETRIES, "tcpSynRetries");
            return this;
        }

        /**
         * The limit of awaits without their own limit.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder awaitLimit(Duration limit) {
            values.awaitLimit = Objects.requireNonNull(limit, "limit");
            Checks.nanos(limit, "awaitLimit");
            return this;
        }

        /**
         * The ephemeral ports, assigned in order.
         *
         * @throws IllegalArgumentException if they are not between 1 and 65535, or {@code last} is less than
         *     {@code first}
         */
        public Builder ephemeralPorts(int first, int last) {
            if (first < 1 || last > LAST_PORT || last < first) {
                throw new IllegalArgumentException(
                        "ephemeral ports must be a range within 1 to " + LAST_PORT + ": " + first + " to " + last);
            }
            values.firstEphemeralPort = first;
            values.lastEphemeralPort = last;
            return this;
        }

        /** The operating system whose exception texts are used; initially Linux. It changes nothing else. */
        public Builder personality(Personality personality) {
            values.personality = Objects.requireNonNull(personality, "personality");
            return this;
        }

        /**
         * Has the threads that {@code threads} selects register themselves when they first use a socket of the network,
         * for client libraries that start their own threads. They stay registered until they end. A self-advancing
         * clock can overtake a thread that has not used a socket yet: wait for its result outside the network, such as
         * in {@link java.util.concurrent.Future#get()}. See {@link JoiningThreads}. Initially none.
         */
        public Builder joinThreads(Predicate<? super Thread> threads) {
            values.joinThreads = Objects.requireNonNull(threads, "threads");
            return this;
        }

        /** Has each end of a connection record a {@link Transcript}; initially off. */
        public Builder transcripts(boolean on) {
            values.transcripts = on;
            return this;
        }

        /** The extent of the network's {@link Trace}; initially {@link TraceLevel#LAST}. */
        public Builder trace(TraceLevel level) {
            values.trace = Objects.requireNonNull(level, "level");
            return this;
        }

        /** Sets {@link #checksLeaks} and {@link #checksFaults}. */
        public Builder checks(boolean on) {
            values.checksLeaks = on;
            values.checksFaults = on;
            return this;
        }

        /**
         * Sets whether the close of the network fails for leaks. A leak is an open socket that the code under test
         * got: an accepted connection, or any socket of a factory of {@code NetworkSockets}. Sockets that the test
         * opened itself are none. It also fails for a thread that goes on to select on a closed selector.
         */
        public Builder checksLeaks(boolean on) {
            values.checksLeaks = on;
            return this;
        }

        /** Sets whether the close of the network fails for faults that never fired. */
        public Builder checksFaults(boolean on) {
            values.checksFaults = on;
            return this;
        }

        /**
         * Sets whether waits on a {@link VirtualClock} fail once nothing can end them any more. Initially on.
         *
         * <p>That is so if the clock stands and no thread of the JVM can act. All of them have then only waited for
         * each other for a second of real time. Every wait then fails with an {@code AssertionError}. It names each
         * waiter, its line and the likely cause. Beside other threads that run, as in parallel tests, it takes ten
         * seconds. All registered threads must wait in the network meanwhile.
         *
         * <p>A thread that reads from a real socket, waits for a process or sleeps can act. A network with an open
         * bridge is not checked. Turn the check off if a wait is for something else outside the JVM.
         */
        public Builder checksHangs(boolean on) {
            values.checksHangs = on;
            return this;
        }

        /** The settings. */
        public NetworkConfig build() {
            return new NetworkConfig(values.copy());
        }
    }
}
