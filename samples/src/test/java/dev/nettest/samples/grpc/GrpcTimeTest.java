package dev.nettest.samples.grpc;

import static dev.nettest.junit.NetworkTest.Clock.MANUAL;
import static dev.nettest.junit.NetworkTest.Clock.SELF_ADVANCING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkTest;
import dev.nettest.samples.netty.Runs;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A deadline of gRPC on a virtual clock. */
@NetworkTest(clock = SELF_ADVANCING)
@Timeout(60)
class GrpcTimeTest {

    private OrderService service;

    @BeforeEach
    void begin(Network network) {
        service = new OrderService(network);
    }

    @AfterEach
    void end() {
        service.close();
    }

    // snippet: grpc-self-advancing
    @Runs
    void aDeadline() throws Exception {
        assertThat(service.deadline().get()).isEqualTo("DEADLINE_EXCEEDED at PT30.12S"); // the first call took 0.12 s
    }
    // end snippet

    @Runs
    @NetworkTest(clock = MANUAL)
    void aDeadlineOnAClockThatTheTestMoves(VirtualClock clock) throws Exception {
        CompletableFuture<String> call = service.deadline();

        clock.advanceTimeBy(Duration.ofMillis(30_119));
        assertThat(call).isNotDone();

        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(call).isCompletedWithValue("DEADLINE_EXCEEDED at PT30.12S");
    }
}
