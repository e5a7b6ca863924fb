package dev.nettest;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a network. Immutable; take {@link #defaults()} or {@link #strict()}, or go on from there with
 * {@link #toBuilder()}.
 */
public final class NetworkConfig {

    /** 4 MiB a direction: what Linux loopback takes before a writer blocks (4.2 MB measured). */
    public static final int DEFAULT_RECEIVE_BUFFER_SIZE = 4 * 1024 * 1024;

    /** 214 KiB a direction over a Unix path: what Linux takes of one write before it blocks (219264 bytes measured). */
    public static final int DEFAULT_UNIX_RECEIVE_BUFFER_SIZE = 219_264;

    /** {@code java.net.ServerSocket}'s. */
    public static final int DEFAULT_BACKLOG = 50;

    /** Ten seconds. */
    public static final Duration DEFAULT_AWAIT_LIMIT = Duration.ofSeconds(10);

    /** Always the same, so that a test that fails fails again. */
    public static final long DEFAULT_SEED = 1;

    private static final int STRICT_RECEIVE_BUFFER_SIZE = 1024;
    private static final int STRICT_BACKLOG = 1;

    /** The ephemeral ports of IANA, RFC 6335. */
    private static final int FIRST_EPHEMERAL_PORT = 49152;

    private static final int LAST_PORT = 65535;

    private final Builder settings;

    private NetworkConfig(Builder builder) {
        this.settings = builder.copy();
    }

    /**
     * What {@link Network#create()} uses: the system clock, seed 1 (or {@code -Dnettest.seed}), receive buffers of 4 MiB (214 KiB over Unix paths), a backlog
     * of 50, await limits of ten seconds, ephemeral ports 49152 to 65535, the texts of Linux, and no checks when the network closes.
     */
    public static NetworkConfig defaults() {
        return builder().build();
    }

    /**
     * For code that must not rely on the kindness of buffers: receive buffers of 1 KiB, a backlog of 1, and everything
     * checked when the network closes; otherwise as {@link #defaults()}.
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
        return new Builder();
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        return settings.copy();
    }

    /** The clock that networks with these settings share; null where each gets one of its own, see {@link #clocks()}. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable NetworkClock clock() {
        return settings.clock;
    }

    /** What makes each network with these settings a clock of its own; null where they share one, or get the system's. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable Supplier<? extends NetworkClock> clocks() {
        return settings.clocks;
    }

    /** The clock of a new network. */
    NetworkClock newClock() {
        if (settings.clock != null) {
            return settings.clock;
        }
        return settings.clocks == null
                ? NetworkClock.system()
                : Objects.requireNonNull(settings.clocks.get(), "a supplied clock");
    }

    /** What every random choice comes from. */
    public long seed() {
        return settings.seed;
    }

    /** The size of new connections' receive buffers in bytes, each direction; 0 for a rendezvous. */
    public int receiveBufferSize() {
        return settings.receiveBufferSize;
    }

    /** The same over Unix paths. */
    public int unixReceiveBufferSize() {
        return settings.unixReceiveBufferSize;
    }

    /** How many connections a new listener may have queued, as {@code listen(2)} takes it: there is room for one more. */
    public int backlog() {
        return settings.backlog;
    }

    /** How long an await without a limit of its own waits, on the network's clock. */
    public Duration awaitLimit() {
        return settings.awaitLimit;
    }

    /** The first port that is given out. */
    public int firstEphemeralPort() {
        return settings.firstEphemeralPort;
    }

    /** The last port that is given out. */
    public int lastEphemeralPort() {
        return settings.lastEphemeralPort;
    }

    /** Which operating system's texts exceptions have. */
    public Personality personality() {
        return settings.personality;
    }

    /** Whether closing the network fails for accepted connections that nobody closed. */
    public boolean checksLeaks() {
        return settings.checksLeaks;
    }

    /** Whether closing the network fails for faults that never acted. */
    public boolean checksFaults() {
        return settings.checksFaults;
    }

    /** Whether accepted connections remember the line that accepted them, for the report of a leak. */
    public boolean keepsBirthplaces() {
        return settings.checksLeaks;
    }

    /** What {@link #checkDeterminism} runs. */
    @FunctionalInterface
    public interface Block {

        /** Does something on a network of its own. */
        void run(Network network) throws Exception;
    }

    /**
     * Runs {@code block} twice, each time on a new network with these settings, and compares what happened at each connection, listener
     * and endpoint, in order, and when on a virtual clock. For a test that should give the same whenever its seed is the same: one that
     * throws dice of its own, looks at the real time or lets threads race does not. What happens at different places at the same instant is
     * not put in order. On a self-advancing clock the current thread takes part.
     *
     * @throws AssertionError at the first difference, with both sides of it and the seed
     * @throws IllegalStateException if these settings have a virtual clock, whose second run would begin where the first ended: it has to be
     *     made for each, with {@link Builder#clocks}
     * @throws Exception what {@code block} throws
     */
    public void checkDeterminism(Block block) throws Exception {
        if (settings.clock != null && settings.clock.isVirtual()) {
            throw new IllegalStateException(
                    "the second run would begin where the first left the clock; have one made for each run: clocks(...)"
                            + " instead of clock(...)");
        }
        History first = historyOf(block);
        String difference = first.difference(historyOf(block));
        if (difference != null) {
            throw new AssertionError("two runs with seed " + seed() + " differ: " + difference);
        }
    }

    private History historyOf(Block block) throws Exception {
        try (Network network = Network.remembering(this)) {
            if (network.activity().selfAdvancing() != null) {
                network.participate();
            }
            block.run(network);
            return network.history();
        }
    }

    static int checkedBacklog(int connections) {
        return (int) Checks.positive(connections, "backlog");
    }

    /** Collects settings. For one thread. */
    public static final class Builder {

        private static final String SEED_PROPERTY = "nettest.seed";

        private @Nullable NetworkClock clock;
        private @Nullable Supplier<? extends NetworkClock> clocks;
        private long seed = seedOfProperty();
        private int receiveBufferSize = DEFAULT_RECEIVE_BUFFER_SIZE;
        private int unixReceiveBufferSize = DEFAULT_UNIX_RECEIVE_BUFFER_SIZE;
        private int backlog = DEFAULT_BACKLOG;
        private Duration awaitLimit = DEFAULT_AWAIT_LIMIT;
        private int firstEphemeralPort = FIRST_EPHEMERAL_PORT;
        private int lastEphemeralPort = LAST_PORT;
        private Personality personality = Personality.LINUX;
        private boolean checksLeaks;
        private boolean checksFaults;

        private Builder() {}

        private Builder copy() {
            Builder copy = new Builder();
            copy.clock = clock;
            copy.clocks = clocks;
            copy.seed = seed;
            copy.receiveBufferSize = receiveBufferSize;
            copy.unixReceiveBufferSize = unixReceiveBufferSize;
            copy.backlog = backlog;
            copy.awaitLimit = awaitLimit;
            copy.firstEphemeralPort = firstEphemeralPort;
            copy.lastEphemeralPort = lastEphemeralPort;
            copy.personality = personality;
            copy.checksLeaks = checksLeaks;
            copy.checksFaults = checksFaults;
            return copy;
        }

        private static long seedOfProperty() {
            String text = System.getProperty(SEED_PROPERTY);
            try {
                return text == null ? DEFAULT_SEED : Long.decode(text.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("-D" + SEED_PROPERTY + " is no 64-bit number: " + text, e);
            }
        }

        /** The clock to run on, instead of a system clock of the network's own. All networks with these settings share it. */
        public Builder clock(NetworkClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            this.clocks = null;
            return this;
        }

        /**
         * Makes the clock to run on, one for each network: {@code clocks(VirtualClock::new)} for clocks that the test moves,
         * {@code clocks(VirtualClock::selfAdvancing)} for those that move by themselves.
         */
        public Builder clocks(Supplier<? extends NetworkClock> clocks) {
            this.clocks = Objects.requireNonNull(clocks, "clocks");
            this.clock = null;
            return this;
        }

        /** What every random choice comes from. {@code -Dnettest.seed=...} sets it where this does not: to replay a failure. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * The size of receive buffers, by TCP and over Unix paths; 0 makes every connection a rendezvous, {@link Connection#UNLIMITED}
         * removes the bound.
         *
         * @throws IllegalArgumentException if {@code bytes} is negative
         */
        public Builder receiveBufferSize(int bytes) {
            this.receiveBufferSize = Checks.notNegative(bytes, "receiveBufferSize");
            this.unixReceiveBufferSize = bytes;
            return this;
        }

        /**
         * The size of receive buffers over Unix paths alone; set it after the other.
         *
         * @throws IllegalArgumentException if {@code bytes} is negative
         */
        public Builder unixReceiveBufferSize(int bytes) {
            this.unixReceiveBufferSize = Checks.notNegative(bytes, "unixReceiveBufferSize");
            return this;
        }

        /**
         * How many connections may be queued; there is room for one more, as on Linux.
         *
         * @throws IllegalArgumentException if {@code connections} is less than 1
         */
        public Builder backlog(int connections) {
            this.backlog = checkedBacklog(connections);
            return this;
        }

        /**
         * How long awaits without a limit of their own wait.
         *
         * @throws IllegalArgumentException if {@code limit} is negative
         */
        public Builder awaitLimit(Duration limit) {
            Checks.nanos(limit, "awaitLimit");
            this.awaitLimit = limit;
            return this;
        }

        /**
         * The ports to give out, in order.
         *
         * @throws IllegalArgumentException if they are not between 1 and 65535, or {@code last} is less than {@code first}
         */
        public Builder ephemeralPorts(int first, int last) {
            if (first < 1 || last > LAST_PORT || last < first) {
                throw new IllegalArgumentException(
                        "ephemeral ports must be a range within 1 to " + LAST_PORT + ": " + first + " to " + last);
            }
            this.firstEphemeralPort = first;
            this.lastEphemeralPort = last;
            return this;
        }

        /** Which operating system's texts exceptions have; at first those of Linux. Everything else stays as it is. */
        public Builder personality(Personality personality) {
            this.personality = Objects.requireNonNull(personality, "personality");
            return this;
        }

        /** Whether closing the network fails for accepted connections that nobody closed, and for faults that never acted. */
        public Builder checks(boolean on) {
            this.checksLeaks = on;
            this.checksFaults = on;
            return this;
        }

        /** Whether closing the network fails for accepted connections that nobody closed. */
        public Builder checksLeaks(boolean on) {
            this.checksLeaks = on;
            return this;
        }

        /** Whether closing the network fails for faults that never acted. */
        public Builder checksFaults(boolean on) {
            this.checksFaults = on;
            return this;
        }

        /** The settings. */
        public NetworkConfig build() {
            return new NetworkConfig(this);
        }
    }
}
