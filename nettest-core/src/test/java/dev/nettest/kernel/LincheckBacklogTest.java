package dev.nettest.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Offers, polls and the close of one backlog come out as if they had been done one after the other. */
@Param(name = "connection", gen = IntGen.class, conf = "1:9")
public class LincheckBacklogTest {
    private final Backlog<Integer> backlog = new Backlog<>(2, new StandingTimers());

    @Operation
    public int offer(@Param(name = "connection") int connection) {
        backlog.lock();
        try {
            return backlog.offer(connection);
        } finally {
            backlog.leave();
        }
    }

    @Operation
    public int poll() {
        List<Integer> accepted = new ArrayList<>(1);
        backlog.lock();
        try {
            int outcome = backlog.poll(accepted);
            return outcome == 0 ? accepted.get(0) : outcome;
        } finally {
            backlog.leave();
        }
    }

    @Operation
    public String close() {
        backlog.lock();
        try {
            return backlog.close().toString();
        } finally {
            backlog.leave();
        }
    }

    @Operation
    public boolean isAcceptable() {
        return backlog.isReady(Condition.ACCEPTABLE, 1);
    }

    @Test
    void holdsUnderEverySchedule() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(4)
                .invocationsPerIteration(30)
                .check(LincheckBacklogTest.class);
    }
}
