package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On one thread, the same seed and the same script give the same history, a hundred times. */
class DeterminismTest {
    private static final int STEPS = 400;

    @Test
    void theSameSeedGivesTheSameHistory() throws Exception {
        List<String> first = history(1);
        assertThat(first).hasSizeGreaterThan(STEPS);

        for (int i = 0; i < 100; i++) {
            assertThat(history(1)).isEqualTo(first);
        }
    }

    @Test
    void anotherSeedGivesAnotherHistory() throws Exception {
        assertThat(history(2)).isNotEqualTo(history(1));
    }

    /** The results of the script, and the events of the network. */
    private static List<String> history(long seed) throws IOException {
        List<String> history = new ArrayList<>();
        VirtualClock clock = VirtualClock.manual();
        NetworkConfig config = NetworkConfig.builder()
                .clock(clock)
                .seed(seed)
                .receiveBufferSize(16)
                .build();
        try (Network network = Network.create(config)) {
            network.faults().read(failure("read").withProbability(0.1));
            network.faults().write(Fault.corrupt().withProbability(0.2));
            network.faults().write(Fault.slice(2).withProbability(0.3));
            network.faults().read(Fault.delayed(Duration.ofMillis(3)).withProbability(0.2));
            Listener listener = network.listen("10.0.0.1:80").backlog(STEPS);
            listener.faults().connect(Fault.refuse().withProbability(0.2));
            listener.faults().accept(failure("accept").withProbability(0.2));
            listener.faults().close(failure("close").withProbability(0.3));
            SplittableRandom script = new SplittableRandom(99);
            List<Connection> ends = new ArrayList<>(List.of(network.pair().client()));
            for (int step = 0; step < STEPS; step++) {
                Connection end = ends.get(script.nextInt(ends.size()));
                history.add(attempt(script.nextInt(8), listener, end, ends, clock) + " at " + clock.nanoTime());
                history.add(events(network));
            }
        }
        return history;
    }

    private static String attempt(
            int choice, Listener listener, Connection end, List<Connection> ends, VirtualClock clock) {
        try {
            switch (choice) {
                case 0 -> ends.add(listener.connect());
                case 1 -> {
                    Connection accepted = listener.tryAccept();
                    if (accepted != null) {
                        ends.add(accepted);
                    }
                }
                case 2, 3 -> {
                    return "wrote " + end.tryWrite(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
                }
                case 4, 5 -> {
                    ByteBuffer target = ByteBuffer.allocate(4);
                    return "read " + end.tryRead(target) + " " + target.flip().toString() + target.hashCode();
                }
                case 6 -> clock.advanceTimeBy(Duration.ofMillis(1));
                default -> end.close();
            }
            return "did " + choice + " " + end;
        } catch (IOException e) {
            return "failed " + e;
        }
    }

    private static String events(Network network) {
        List<TraceEvent> events = network.trace().events();
        return events.subList(Math.max(0, events.size() - 3), events.size()).toString();
    }

    private static Fault failure(String message) {
        return Fault.failWith(() -> new IOException(message));
    }
}
