package dev.nettest.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.nettest.ConnectionPair;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The memory of a blocked wait. A snapshot names the waiting thread without any help of the wait. */
class WaitAllocationTest extends NetworkFixture {

    private static final int WARM_UP = 100;
    private static final int WAITS = 2_000;

    /** A {@code ThreadWaiter} of 56 bytes, and the reference to the clock that it parks with, of 16. */
    private static final int BYTES = 56 + 16;

    /** Less than one more word for each wait. */
    private static final long SLACK = WAITS * 4L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aBlockedReadAllocatesItsWaiterOnly() throws Exception {
        ConnectionPair pair = network.pair();
        Background<Long> reader = Background.call(() -> {
            ByteBuffer target = ByteBuffer.allocate(1);
            read(pair, target, WARM_UP);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            read(pair, target, WAITS);
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        });

        ByteBuffer source = ByteBuffer.allocate(1);
        for (int i = 0; i < WARM_UP + WAITS; i++) {
            reader.awaitParked();
            pair.server().write(source.clear());
            pair.server().awaitDrained();
        }

        assertThat(reader.result()).isLessThanOrEqualTo(WAITS * (long) BYTES + SLACK);
    }

    private static void read(ConnectionPair pair, ByteBuffer target, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            pair.client().read(target.clear());
        }
    }
}
