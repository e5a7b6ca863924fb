package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Readiness;
import dev.nettest.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An await returns exactly if the operation that it stands for returns at once, whatever fault is due. */
class AwaitFaultTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private enum State {
        NOTHING,
        BYTES,
        FIN,
        BYTES_AND_FIN,
        RESET
    }

    private static Map<String, Fault> readFaults() {
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put("none", Fault.slice(100));
        faults.put("stall", Fault.stall());
        faults.put("delayed", Fault.delayed(SECOND));
        faults.put("reset", Fault.reset());
        faults.put("end of stream", Fault.endOfStream());
        faults.put("fail", Fault.failWith(() -> new IOException("boom")));
        faults.put("time out", Fault.timeout());
        faults.put("slice", Fault.slice(1));
        faults.put("drip", Fault.drip(1, SECOND));
        faults.put("corrupt", Fault.corrupt());
        faults.put("reset behind bytes", Fault.reset().afterBuffered());
        faults.put("end of stream behind bytes", Fault.endOfStream().afterBuffered());
        faults.put("end of stream after 1 byte", Fault.endOfStream().afterBytes(1));
        faults.put("end of stream at the second read", Fault.endOfStream().nth(2));
        faults.put(
                "fail behind bytes",
                Fault.failWith(() -> new IOException("boom")).afterBuffered());
        return faults;
    }

    static Stream<Arguments> reads() {
        List<Arguments> cases = new ArrayList<>();
        readFaults().forEach((name, fault) -> {
            for (State state : State.values()) {
                for (int readsBefore = 0; readsBefore < 3; readsBefore++) {
                    cases.add(Arguments.of(name, state, readsBefore, fault));
                }
            }
        });
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, {2} reads before")
    @MethodSource("reads")
    void awaitsOfAReaderKnowWhatItsNextReadDoes(String name, State state, int readsBefore, Fault fault)
            throws Exception {
        try (Network network = network()) {
            ConnectionPair pair = network.pair();
            FaultHandle installed = pair.server().faults().read(fault);
            reach(pair.client(), state);
            for (int i = 0; i < readsBefore; i++) {
                read(pair.server());
            }
            boolean readable = pair.server().isReadable();
            boolean awaitsReadable = holds(pair.server(), Readiness.READABLE);
            boolean awaitsEnd = holds(pair.server(), Readiness.END_OF_STREAM);

            String result = read(pair.server());

            assertThat(readable).as(result).isEqualTo(!result.equals("0"));
            assertThat(awaitsReadable).as(result).isEqualTo(readable);
            assertThat(awaitsEnd).as(result).isEqualTo(result.equals("-1"));
            installed.close();
        }
    }

    private static void reach(Connection client, State state) throws IOException {
        switch (state) {
            case NOTHING -> {}
            case BYTES -> client.write(ByteBuffer.allocate(3));
            case FIN -> client.shutdownOutput();
            case BYTES_AND_FIN -> {
                client.write(ByteBuffer.allocate(3));
                client.shutdownOutput();
            }
            case RESET -> client.reset();
        }
    }

    private static String read(Connection connection) {
        try {
            return String.valueOf(connection.tryRead(ByteBuffer.allocate(2)));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static Stream<Arguments> writes() {
        return Stream.of(
                Arguments.of("none", Fault.slice(100)),
                Arguments.of("stall", Fault.stall()),
                Arguments.of("delayed", Fault.delayed(SECOND)),
                Arguments.of("reset", Fault.reset()),
                Arguments.of("fail", Fault.failWith(() -> new IOException("boom"))),
                Arguments.of("time out", Fault.timeout()),
                Arguments.of("slice", Fault.slice(1)),
                Arguments.of("drip", Fault.drip(1, SECOND)),
                Arguments.of("half close", Fault.halfClose()),
                Arguments.of("silence", Fault.silence()),
                Arguments.of("reset after 1 byte", Fault.reset().afterBytes(1)),
                Arguments.of(
                        "fail at the second write",
                        Fault.failWith(() -> new IOException("boom")).nth(2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void awaitWritableKnowsWhatTheNextWriteDoes(String name, Fault fault) throws Exception {
        for (int writesBefore = 0; writesBefore < 4; writesBefore++) {
            try (Network network = network()) {
                ConnectionPair pair = network.pair();
                pair.server().receiveBufferSize(4);
                pair.client().faults().write(fault);
                for (int i = 0; i < writesBefore; i++) {
                    write(pair.client());
                }
                boolean writable = pair.client().isWritable();
                boolean awaits = holds(pair.client(), Readiness.WRITABLE);

                String result = write(pair.client());

                assertThat(writable).as(result).isEqualTo(!result.equals("0"));
                assertThat(awaits).as(result).isEqualTo(writable);
            }
        }
    }

    private static String write(Connection connection) {
        try {
            return String.valueOf(connection.tryWrite(ByteBuffer.allocate(2)));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static Stream<Arguments> accepts() {
        return Stream.of(
                Arguments.of("none", Fault.delayed(Duration.ZERO)),
                Arguments.of("stall", Fault.stall()),
                Arguments.of("delayed", Fault.delayed(SECOND)),
                Arguments.of("reset", Fault.reset()),
                Arguments.of("fail", Fault.failWith(() -> new IOException("boom"))),
                Arguments.of("time out", Fault.timeout()),
                Arguments.of(
                        "fail behind the queue",
                        Fault.failWith(() -> new IOException("boom")).afterBuffered()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepts")
    void awaitAcceptableKnowsWhatTheNextAcceptDoes(String name, Fault fault) throws Exception {
        for (int queued = 0; queued < 2; queued++) {
            try (Network network = network()) {
                Listener listener = network.listen("10.0.0.5:80");
                listener.faults().accept(fault);
                for (int i = 0; i < queued; i++) {
                    listener.connect();
                }
                boolean acceptable = listener.isAcceptable();
                boolean awaits = holds(listener, Readiness.ACCEPTABLE);

                String result;
                try {
                    result = String.valueOf(listener.tryAccept());
                } catch (IOException e) {
                    result = e.toString();
                }

                assertThat(acceptable).as(result).isEqualTo(!result.equals("null"));
                assertThat(awaits).as(result).isEqualTo(acceptable);
            }
        }
    }

    static Stream<Arguments> receives() {
        return Stream.of(
                Arguments.of("none", Fault.delayed(Duration.ZERO)),
                Arguments.of("stall", Fault.stall()),
                Arguments.of("delayed", Fault.delayed(SECOND)),
                Arguments.of("drop", Fault.drop().first(1)),
                Arguments.of("reorder", Fault.reorder(1).first(1)),
                Arguments.of("duplicate", Fault.duplicate(1)),
                Arguments.of("corrupt", Fault.corrupt()),
                Arguments.of("fail", Fault.failWith(() -> new IOException("boom"))),
                Arguments.of("time out", Fault.timeout()),
                Arguments.of(
                        "fail behind the queue",
                        Fault.failWith(() -> new IOException("boom")).afterBuffered()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("receives")
    void awaitReadableKnowsWhatTheNextReceiveDoes(String name, Fault fault) throws Exception {
        for (int queued = 0; queued < 3; queued++) {
            try (Network network = network();
                    DatagramEndpoint server = network.bindDatagram("10.0.0.5:53")) {
                server.faults().receive(fault);
                for (int i = 0; i < queued; i++) {
                    network.bindDatagram().send(ByteBuffer.allocate(1), "10.0.0.5:53");
                }
                boolean readable = server.isReadable();
                boolean awaits = holds(server, Readiness.READABLE);

                String result;
                try {
                    result = String.valueOf(server.tryReceive(ByteBuffer.allocate(1)));
                } catch (IOException e) {
                    result = e.toString();
                }

                assertThat(readable).as(result).isEqualTo(!result.equals("null"));
                assertThat(awaits).as(result).isEqualTo(readable);
            }
        }
    }

    private static Network network() {
        return Network.create(
                NetworkConfig.builder().clocks(VirtualClock::manual).build());
    }

    /** True if an await of {@code readiness} returns at once. */
    private static boolean holds(Awaitable socket, Readiness readiness) {
        CompletableFuture<Void> await = socket.whenReady(readiness, SECOND).toCompletableFuture();
        boolean holds = await.isDone() && !await.isCompletedExceptionally();
        await.cancel(false);
        return holds;
    }
}
