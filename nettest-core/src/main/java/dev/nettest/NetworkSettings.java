package dev.nettest;

import dev.nettest.internal.util.Seeds;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The values of a {@link NetworkConfig}. A builder changes its own copy. */
final class NetworkSettings implements Cloneable {

    @Nullable
    NetworkClock clock;

    @Nullable
    Supplier<? extends NetworkClock> clocks;

    long seed = Seeds.ofProperty(NetworkConfig.DEFAULT_SEED);
    int receiveBufferSize = NetworkConfig.DEFAULT_RECEIVE_BUFFER_SIZE;
    int unixReceiveBufferSize = NetworkConfig.DEFAULT_UNIX_RECEIVE_BUFFER_SIZE;
    boolean timeWait;
    int backlog = NetworkConfig.DEFAULT_BACKLOG;
    int tcpRetries2 = NetworkConfig.DEFAULT_TCP_RETRIES2;
    int tcpSynRetries = NetworkConfig.DEFAULT_TCP_SYN_RETRIES;
    Duration awaitLimit = NetworkConfig.DEFAULT_AWAIT_LIMIT;
    int firstEphemeralPort = NetworkConfig.FIRST_EPHEMERAL_PORT;
    int lastEphemeralPort = NetworkConfig.LAST_PORT;
    Personality personality = Personality.LINUX;

    @Nullable
    Predicate<? super Thread> joinThreads;

    boolean transcripts;
    TraceLevel trace = TraceLevel.LAST;
    boolean checksLeaks;
    boolean checksFaults;
    boolean checksHangs = true;

    NetworkSettings copy() {
        try {
            return (NetworkSettings) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
