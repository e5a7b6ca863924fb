package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An interrupt closes a channel, during a blocked operation or before one. */
abstract class ChannelInterruptContract extends InterruptContract {

    private String closedByInterrupt() {
        return expanded("interrupted") + ", interrupted";
    }

    @Test
    void anInterruptClosesAChannelThatReads() throws IOException {
        Pair pair = backend.pair();
        Task reader = interruptedWhenBlocked(() -> pair.client().read(new byte[1]));
        assertThat(reader.outcome()).isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("closed"));
        assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
    }

    /** Even if some bytes were written; their count is lost. */
    @Test
    void anInterruptClosesAChannelThatWrites() throws IOException {
        Pair pair = backend.pair();
        Task writer = interruptedWhenBlocked(() -> pair.client().write(new byte[backend.moreThanFits()]));
        assertThat(writer.outcome()).isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(Outcome.write(pair.client(), 1)).isEqualTo(expanded("closed"));
    }

    @Test
    void anInterruptClosesAServerChannelThatAccepts() throws IOException {
        Server server = backend.bind();
        Task acceptor = interruptedWhenBlocked(server::accept);
        assertThat(acceptor.outcome()).isEqualTo(closedByInterrupt());
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void anInterruptClosesAChannelThatConnects() throws IOException {
        Server server = backend.bind(backend.anyAddress(), 1);
        backend.connect(server.address());
        backend.connect(server.address());
        Connector connector = backend.connector();
        Task connecting = interruptedWhenBlocked(() -> connector.connect(server.address(), Duration.ZERO));
        assertThat(connecting.outcome()).isEqualTo(closedByInterrupt());
        assertThat(connector.isOpen()).isFalse();
    }

    @Test
    void anInterruptedThreadClosesAChannelInsteadOfReading() throws IOException {
        needsCapacity(1);
        Pair pair = backend.pair();
        pair.server().writeFully(new byte[1]);
        pair.settle();
        assertThat(interrupted(() -> pair.client().read(new byte[1])).outcome()).isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
        backend.awaitReset(pair.server());
        assertThat(Outcome.read(pair.server(), 1))
                .as("the byte was left unread")
                .isEqualTo(expanded("reset"));
    }

    @Test
    void anInterruptedThreadClosesAChannelInsteadOfWriting() throws IOException {
        Pair pair = backend.pair();
        assertThat(interrupted(() -> pair.client().write(new byte[1])).outcome())
                .isEqualTo(closedByInterrupt());
        assertThat(pair.client().isOpen()).isFalse();
        assertThat(pair.server().read(new byte[1])).as("no byte came").isEqualTo(-1);
    }

    @Test
    void anInterruptedThreadClosesAChannelEvenWithAnEmptyBuffer() throws IOException {
        Pair reading = backend.pair();
        assertThat(interrupted(() -> reading.client().read(new byte[0])).outcome())
                .isEqualTo(closedByInterrupt());
        assertThat(reading.client().isOpen()).isFalse();
        Pair writing = backend.pair();
        assertThat(interrupted(() -> writing.client().write(new byte[0])).outcome())
                .isEqualTo(closedByInterrupt());
        assertThat(writing.client().isOpen()).isFalse();
    }

    @Test
    void anInterruptedThreadClosesAServerChannelInsteadOfAccepting() throws IOException {
        Server server = backend.bind();
        Stream queued = backend.connect(server.address());
        assertThat(interrupted(server::accept).outcome()).isEqualTo(closedByInterrupt());
        assertThat(server.isOpen()).isFalse();
        backend.awaitReset(queued);
        assertThat(Outcome.read(queued, 1)).isEqualTo(expanded("reset"));
    }

    @Test
    void anInterruptedThreadClosesAChannelInsteadOfConnecting() throws IOException {
        Server server = backend.bind();
        Connector connector = backend.connector();
        assertThat(interrupted(() -> connector.connect(server.address(), Duration.ZERO))
                        .outcome())
                .isEqualTo(closedByInterrupt());
        assertThat(connector.isOpen()).isFalse();
    }

    @Test
    void interruptHasPrecedenceBelowLocalCloseOnly() throws IOException {
        Pair closed = backend.pair();
        closed.client().close();
        assertThat(interrupted(() -> closed.client().read(new byte[1])).outcome())
                .isEqualTo(expanded("closed") + ", interrupted");
        Pair shut = backend.pair();
        shut.client().shutdownOutput();
        assertThat(interrupted(() -> shut.client().write(new byte[1])).outcome())
                .isEqualTo(closedByInterrupt());
        Pair deaf = backend.pair();
        deaf.client().shutdownInput();
        assertThat(interrupted(() -> deaf.client().read(new byte[1])).outcome()).isEqualTo(closedByInterrupt());
        Pair reset = backend.pair();
        reset.server().reset();
        reset.settle();
        assertThat(interrupted(() -> reset.client().write(new byte[1])).outcome())
                .isEqualTo(closedByInterrupt());
        Pair ended = backend.pair();
        ended.server().close();
        ended.settle();
        assertThat(interrupted(() -> ended.client().read(new byte[1])).outcome())
                .isEqualTo(closedByInterrupt());
    }

    @Test
    void anInterruptClosesAChannelOnWhichAVirtualThreadWaits() throws IOException {
        needsVirtualThreads();
        Pair reading = backend.pair();
        assertThat(virtualInterruptedWhenBlocked(() -> reading.client().read(new byte[1])))
                .isEqualTo(closedByInterrupt());
        assertThat(reading.client().isOpen()).isFalse();
        Server accepting = backend.bind();
        assertThat(virtualInterruptedWhenBlocked(accepting::accept)).isEqualTo(closedByInterrupt());
        assertThat(accepting.isOpen()).isFalse();
    }
}
