package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A socket ignores interrupts of platform threads. An interrupt of a blocked virtual thread closes it. */
abstract class SocketInterruptContract extends InterruptContract {

    @Test
    void interruptDoesNotEndARead() throws IOException {
        Pair pair = backend.pair();
        Task reader = interruptedWhenBlocked(() -> pair.client().read(new byte[1]));
        reader.awaitBlocked();
        Task answer = Task.start(backend, "answer", () -> pair.server().write(new byte[1]));
        assertThat(reader.outcome()).isEqualTo("1, interrupted");
        assertThat(answer.outcome()).isEqualTo("1");
    }

    @Test
    void interruptDoesNotEndAWrite() throws IOException {
        Pair pair = backend.pair();
        int much = backend.moreThanFits();
        Task writer = interruptedWhenBlocked(() -> pair.client().write(new byte[much]));
        writer.awaitBlocked();
        pair.server().readFully(much);
        assertThat(writer.outcome()).isEqualTo(much + ", interrupted");
    }

    @Test
    void interruptDoesNotEndAnAccept() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        Server server = backend.bind();
        Task acceptor = interruptedWhenBlocked(() -> server.accept().isOpen());
        acceptor.awaitBlocked();
        backend.connect(server.address());
        assertThat(acceptor.outcome()).isEqualTo("true, interrupted");
    }

    @Test
    void anInterruptedThreadReadsAndWrites() throws IOException {
        Pair pair = backend.pair();
        Task writer = interrupted(() -> pair.client().write(new byte[1]));
        Task reader = interrupted(() -> pair.server().read(new byte[1]));
        assertThat(writer.outcome()).isEqualTo("1, interrupted");
        assertThat(reader.outcome()).isEqualTo("1, interrupted");
    }

    @Test
    void anInterruptedThreadConnectsAndAccepts() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        Server server = backend.bind();
        assertThat(interrupted(() -> backend.connect(server.address()).isOpen()).outcome())
                .isEqualTo("true, interrupted");
        assertThat(interrupted(() -> server.accept().isOpen()).outcome()).isEqualTo("true, interrupted");
    }

    @Test
    void anInterruptClosesASocketThatAVirtualThreadReads() throws IOException {
        needsVirtualThreads();
        Pair pair = backend.pair();
        assertThat(virtualInterruptedWhenBlocked(() -> pair.client().read(new byte[1])))
                .isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
    }

    @Test
    void anInterruptClosesASocketThatAVirtualThreadWrites() throws IOException {
        needsVirtualThreads();
        Pair pair = backend.pair();
        assertThat(virtualInterruptedWhenBlocked(() -> pair.client().write(new byte[backend.moreThanFits()])))
                .isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
    }

    @Test
    void anInterruptClosesASocketThatAVirtualThreadConnects() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        needsVirtualThreads();
        Server server = backend.bind(StreamBackend.loopback(0), 1);
        backend.connect(server.address());
        backend.connect(server.address());
        Connector connector = backend.connector();
        assertThat(virtualInterruptedWhenBlocked(() -> connector.connect(server.address(), Duration.ZERO)))
                .isEqualTo(closedByInterrupt());
        assertThat(connector.isOpen()).isFalse();
    }

    @Test
    void anInterruptedVirtualThreadConnectsOnlyWithATimeout() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        needsVirtualThreads();
        Server server = backend.bind();
        Connector untimed = backend.connector();
        assertThat(virtualInterrupted(() -> untimed.connect(server.address(), Duration.ZERO)))
                .isEqualTo(closedByInterrupt());
        assertThat(untimed.isOpen()).isFalse();
        assertThat(server.accept().read(new byte[1])).isEqualTo(-1); // it was connected before it was closed

        assertThat(virtualInterrupted(() -> backend.connector()
                        .connect(server.address(), Duration.ofHours(1))
                        .isOpen()))
                .isEqualTo("true, interrupted");
    }

    @Test
    void anInterruptedVirtualThreadIsRefusedOnlyWithATimeout() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        needsVirtualThreads();
        SocketAddress refusing = backend.refusingAddress();
        assertThat(virtualInterrupted(() -> backend.connector().connect(refusing, Duration.ZERO)))
                .isEqualTo(closedByInterrupt());
        assertThat(virtualInterrupted(() -> backend.connector().connect(refusing, Duration.ofHours(1))))
                .isEqualTo(expanded("refused") + ", interrupted");
    }

    @Test
    void anInterruptClosesAServerSocketOnWhichAVirtualThreadAccepts() throws IOException {
        needs(Capability.JDK_TYPE_THROUGHOUT);
        needsVirtualThreads();
        Server server = backend.bind();
        assertThat(virtualInterruptedWhenBlocked(server::accept)).isEqualTo(closedByInterrupt());
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void interruptStatusOfAVirtualThreadMattersOnlyIfItBlocks() throws IOException {
        needsCapacity(1);
        needsVirtualThreads();
        Pair pair = backend.pair();
        pair.server().writeFully(new byte[1]);
        pair.settle();
        assertThat(virtualInterrupted(() -> pair.client().read(new byte[1]))).isEqualTo("1, interrupted");
        assertThat(virtualInterrupted(() -> pair.client().write(new byte[1]))).isEqualTo("1, interrupted");
        assertThat(pair.client().isOpen()).isTrue();
        assertThat(virtualInterrupted(() -> pair.client().read(new byte[1]))).isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
    }

    private String closedByInterrupt() {
        return expanded("closed-by-interrupt") + ", interrupted";
    }
}
