package dev.nettest.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Pipes of a provider. All results were measured on pipes of Linux. */
class NetworkPipeTest extends NetworkFixture {

    private static final int CAPACITY = 65_536;

    private final SelectorProvider provider = NetworkChannels.selectorProvider(network);

    private Pipe open() throws IOException {
        return provider.openPipe();
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    @Test
    void bytesArriveInOrderOverSeveralBuffers() throws Exception {
        Pipe pipe = open();
        ByteBuffer[] targets = {bytes(1), bytes(0), bytes(9)};

        assertThat(pipe.sink().write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {1, 2}), bytes(0), bytes(1)}))
                .isEqualTo(3);

        assertThat(pipe.source().read(targets)).isEqualTo(3);
        assertThat(targets[0].array()).containsExactly(1);
        assertThat(targets[2].array()).startsWith(2, 0);
        assertThat(pipe.source().validOps()).isEqualTo(SelectionKey.OP_READ);
        assertThat(pipe.sink().validOps()).isEqualTo(SelectionKey.OP_WRITE);
        assertThat(pipe.source().provider()).isSameAs(provider);
    }

    @Test
    void aNonBlockingPipeHoldsTheBytesOfLinux() throws Exception {
        Pipe pipe = open();
        pipe.sink().configureBlocking(false);
        pipe.source().configureBlocking(false);

        assertThat(pipe.source().read(bytes(1))).isZero();
        assertThat(pipe.sink().write(bytes(1_000_000))).isEqualTo(CAPACITY);
        assertThat(pipe.sink().write(bytes(1))).isZero();
        assertThat(pipe.source().read(bytes(1_000_000))).isEqualTo(CAPACITY);
    }

    @Test
    void theSourceReadsTheRestAndThenTheEnd() throws Exception {
        Pipe pipe = open();
        pipe.sink().write(bytes(2));
        pipe.sink().close();

        assertThat(pipe.source().read(bytes(8))).isEqualTo(2);
        assertThat(pipe.source().read(bytes(8))).isEqualTo(-1);
        assertThat(pipe.source().read(bytes(0))).isZero();
        assertThatThrownBy(() -> pipe.sink().write(bytes(1)))
                .isExactlyInstanceOf(
                        Runtime.version().feature() < 18
                                ? AsynchronousCloseException.class
                                : ClosedChannelException.class);
        pipe.source().close();
        assertThatThrownBy(() -> pipe.source().read(bytes(1))).isExactlyInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> pipe.source().configureBlocking(false)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void writesFailAtOnceAfterTheSourceIsClosed() throws Exception {
        Pipe pipe = open();
        pipe.source().close();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> pipe.sink().write(bytes(1)))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("Broken pipe");
        }
        assertThat(pipe.sink().write(bytes(0))).isZero();
        assertThat(pipe.sink().isOpen()).isTrue();
    }

    @RepeatedTest(20)
    void aCloseOfEitherEndEndsAWait() throws Exception {
        Pipe closedSource = open();
        Pipe closedSink = open();
        Pipe full = open();
        Background<Integer> first = Background.call(() -> closedSource.source().read(bytes(1)));
        Background<Integer> second = Background.call(() -> closedSink.source().read(bytes(1)));
        Background<Integer> third = Background.call(() -> full.sink().write(bytes(CAPACITY + 1)));
        first.awaitParked();
        second.awaitParked();
        third.awaitParked();

        closedSource.source().close();
        closedSink.sink().close();
        full.source().close();

        assertThat(first.failure()).isExactlyInstanceOf(AsynchronousCloseException.class);
        assertThat(second.result()).isEqualTo(-1);
        assertThat(third.result()).isEqualTo(CAPACITY);
        assertThatThrownBy(() -> full.sink().write(bytes(1))).hasMessage("Broken pipe");
    }

    @RepeatedTest(20)
    void anInterruptClosesOneEndOnly() throws Exception {
        Pipe pipe = open();
        Pipe full = open();
        Background<Integer> reader =
                Background.call(() -> pipe.source().read(bytes(1))).awaitParked();
        Background<Integer> writer =
                Background.call(() -> full.sink().write(bytes(CAPACITY + 1))).awaitParked();

        assertThat(reader.interrupt().failure()).isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(writer.interrupt().failure()).isExactlyInstanceOf(ClosedByInterruptException.class);

        assertThat(pipe.source().isOpen() || full.sink().isOpen()).isFalse();
        assertThat(pipe.sink().isOpen() && full.source().isOpen()).isTrue();
    }

    @Test
    void aSelectorReportsBothEnds() throws Exception {
        Pipe pipe = open();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        try (Selector selector = provider.openSelector()) {
            SelectionKey source = pipe.source().register(selector, SelectionKey.OP_READ);
            SelectionKey sink = pipe.sink().register(selector, SelectionKey.OP_WRITE);

            assertThat(selector.selectNow()).isEqualTo(1);
            assertThat(sink.isWritable()).isTrue();
            pipe.sink().write(bytes(CAPACITY));
            selector.selectedKeys().clear();
            assertThat(selector.selectNow()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(source);
            pipe.source().read(bytes(CAPACITY));
            pipe.sink().close();
            selector.selectedKeys().clear();

            // a registered channel sends its end when its key is removed
            assertThat(pipe.source().read(bytes(1))).isZero();
            selector.selectNow();
            assertThat(sink.isValid()).isFalse();
            assertThat(pipe.source().read(bytes(1))).isEqualTo(-1);
        }
    }

    @Test
    void aPipeHasNoListenerAndIsNoLeak() throws Exception {
        try (Network other = Network.create()) {
            Pipe pipe = NetworkChannels.selectorProvider(other).openPipe();

            assertThat(other.snapshot().listeners()).isEmpty();
            assertThat(pipe.source().isOpen()).isTrue();
        }
    }
}
