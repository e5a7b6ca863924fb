package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A socket ignores the interrupts of platform threads; those of a virtual one close it when it has to wait. */
abstract class SocketInterruptContract extends InterruptContract {

    @Test
    void aSocketIgnoresInterruptsOfPlatformThreads() throws IOException {
        Pair reading = backend.pair();
        Task reader = interruptedWhenBlocked(() -> reading.client().read(new byte[1]));
        reader.awaitBlocked();
        Task answer = Task.start(backend, "answer", () -> reading.server().write(new byte[1]));
        assertThat(reader.outcome()).isEqualTo("1, interrupted");
        assertThat(answer.outcome()).isEqualTo("1");

        Pair writing = backend.pair();
        Task writer = interruptedWhenBlocked(() -> writing.client().write(new byte[Bytes.MORE_THAN_FITS]));
        writer.awaitBlocked();
        writing.server().readFully(Bytes.MORE_THAN_FITS);
        assertThat(writer.outcome()).isEqualTo(Bytes.MORE_THAN_FITS + ", interrupted");

        Server server = backend.bind();
        Task acceptor = interruptedWhenBlocked(() -> server.accept().isOpen());
        acceptor.awaitBlocked();
        backend.connect(server.address());
        assertThat(acceptor.outcome()).isEqualTo("true, interrupted");
    }

    @Test
    void aSocketIgnoresTheStatusOfPlatformThreads() throws IOException {
        Server server = backend.bind();
        assertThat(interrupted(() -> backend.connect(server.address()).isOpen()).outcome())
                .isEqualTo("true, interrupted");
        assertThat(interrupted(() -> server.accept().isOpen()).outcome()).isEqualTo("true, interrupted");
        Pair pair = backend.pair();
        Task writer = interrupted(() -> pair.client().write(new byte[1]));
        Task reader = interrupted(() -> pair.server().read(new byte[1]));
        assertThat(writer.outcome()).isEqualTo("1, interrupted");
        assertThat(reader.outcome()).isEqualTo("1, interrupted");
    }

    @Test
    void anInterruptClosesASocketOnWhichAVirtualThreadWaits() throws IOException {
        needsVirtualThreads();
        String expected = expanded("closed-by-interrupt") + ", interrupted";
        Pair reading = backend.pair();
        assertThat(virtualInterruptedWhenBlocked(() -> reading.client().read(new byte[1])))
                .isEqualTo(expected);
        assertThat(reading.client().isOpen()).isFalse();

        Pair writing = backend.pair();
        assertThat(virtualInterruptedWhenBlocked(() -> writing.client().write(new byte[Bytes.MORE_THAN_FITS])))
                .isEqualTo(expected);
        assertThat(writing.client().isOpen()).isFalse();

        Server server = backend.bind(StreamBackend.loopback(0), 1);
        backend.connect(server.address());
        backend.connect(server.address());
        Dial dial = backend.dial();
        assertThat(virtualInterruptedWhenBlocked(() -> dial.connect(server.address(), Duration.ZERO)))
                .isEqualTo(expected);
        assertThat(dial.isOpen()).isFalse();

        Server accepting = backend.bind();
        assertThat(virtualInterruptedWhenBlocked(accepting::accept)).isEqualTo(expected);
        assertThat(accepting.isOpen()).isFalse();
    }

    @Test
    void theStatusOfAVirtualThreadMattersOnlyWhenASocketHasToWait() throws IOException {
        needsCapacity(1);
        needsVirtualThreads();
        Pair pair = backend.pair();
        pair.server().writeFully(new byte[1]);
        pair.settle();
        assertThat(virtualInterrupted(() -> pair.client().read(new byte[1]))).isEqualTo("1, interrupted");
        assertThat(virtualInterrupted(() -> pair.client().write(new byte[1]))).isEqualTo("1, interrupted");
        assertThat(pair.client().isOpen()).isTrue();
        assertThat(virtualInterrupted(() -> pair.client().read(new byte[1])))
                .isEqualTo(expanded("closed-by-interrupt") + ", interrupted");
        assertThat(pair.client().isOpen()).isFalse();
    }
}
