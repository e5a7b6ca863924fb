package dev.nettest.internal.stream;

import dev.nettest.internal.sync.ReadyBits;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Offers, polls and the close of one accept queue are linearizable. */
@Param(name = "connection", gen = IntGen.class, conf = "1:9")
public class LincheckAcceptQueueTest {
    private final AcceptQueue<Integer> queue = new AcceptQueue<>(2, new FrozenTimers());

    @Operation
    public int offer(@Param(name = "connection") int connection) {
        queue.lock();
        try {
            return queue.offer(connection);
        } finally {
            queue.leave();
        }
    }

    @Operation
    public int poll() {
        queue.lock();
        try {
            Integer accepted = queue.poll();
            return accepted == null ? queue.outcome() : accepted;
        } finally {
            queue.leave();
        }
    }

    @Operation
    public String close() {
        queue.lock();
        try {
            return queue.close().toString();
        } finally {
            queue.leave();
        }
    }

    @Operation
    public boolean isAcceptable() {
        return queue.isReady(ReadyBits.ACCEPTABLE, 1);
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // thousands of schedules
    void isLinearizable() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(4)
                .invocationsPerIteration(30)
                .check(LincheckAcceptQueueTest.class);
    }
}
