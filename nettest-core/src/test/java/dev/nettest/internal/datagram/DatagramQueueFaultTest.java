package dev.nettest.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Operation.Kind;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.LoneScope;
import dev.nettest.internal.stream.FrozenTimers;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.testing.Text;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A datagram socket under faults: which fault makes a receive or a send wait. */
class DatagramQueueFaultTest {
    private static final SocketAddress PEER = new InetSocketAddress(7);

    private final FrozenTimers timers = new FrozenTimers();
    private final DatagramSocketQueue queue = new DatagramSocketQueue(DatagramSocketQueue.UNLIMITED, timers);
    private final LoneScope scope = new LoneScope(timers, Kind.SEND, Kind.RECEIVE) {
        @Override
        protected void evaluate(Kind kind, FaultEvaluator evaluator) {
            queue.lock();
            if (kind == Kind.SEND) {
                queue.sends().evaluate(evaluator, false);
            } else {
                queue.evaluateReceives(evaluator, false);
            }
            queue.leave();
        }
    };

    private void waitFor(int condition) {
        CallbackWaiter operation = new CallbackWaiter(queue, condition, 1, true, false, () -> {});
        assertThat(queue.enlist(operation)).isTrue();
    }

    private @Nullable InstalledFault heldBy() {
        queue.lock();
        try {
            return queue.heldBy();
        } finally {
            queue.leave();
        }
    }

    private int receive() {
        queue.lock();
        try {
            return queue.receive(ByteBuffer.allocate(9));
        } finally {
            queue.leave();
        }
    }

    @Test
    void aWaitingReceiveIsHeldByItsStall() {
        assertThat(heldBy()).isNull();
        FaultHandle stall = scope.faults().receive(Fault.stall());
        assertThat(heldBy()).as("nothing waits").isNull();

        waitFor(ReadyBits.READABLE);

        assertThat(heldBy()).isSameAs(stall);
    }

    @Test
    void aWaitingSendIsHeldByItsStall() {
        scope.faults().receive(Fault.stall());
        FaultHandle stall = scope.faults().send(Fault.stall());
        assertThat(heldBy()).as("nothing waits").isNull();

        waitFor(ReadyBits.WRITABLE);

        assertThat(heldBy()).isSameAs(stall);
    }

    @Test
    void aReceiveIsNotHeldByTheStallOfASend() {
        scope.faults().send(Fault.stall());

        waitFor(ReadyBits.READABLE);

        assertThat(heldBy()).isNull();
    }

    @Test
    void aStallOfAReceiveActsOnAnAttempt() {
        FaultHandle stall = scope.faults().receive(Fault.stall());
        queue.lock();
        queue.offer(PEER, Text.bytes("a"), SendVerdict.PLAIN);
        queue.leave();
        assertThat(stall.fireCount()).isZero();

        assertThat(receive()).isEqualTo(Outcome.BLOCKED);
        assertThat(stall.fireCount()).isEqualTo(1);
        stall.close();

        assertThat(receive()).isEqualTo(1);
    }
}
