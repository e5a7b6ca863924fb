package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Pipes of a provider. */
abstract class PipeContract extends ChannelApiContract {

    private Pipe pipe() throws IOException {
        Pipe pipe = provider().openPipe();
        opened(pipe.source());
        opened(pipe.sink());
        return pipe;
    }

    @Test
    void bothEndsAreOpenAndBlocking() throws IOException {
        Pipe pipe = pipe();
        assertThat(pipe.source().validOps()).isEqualTo(R);
        assertThat(pipe.sink().validOps()).isEqualTo(W);
        assertThat(pipe.source()).isSameAs(pipe.source());
        assertThat(pipe.source().isOpen() && pipe.sink().isOpen()).isTrue();
        assertThat(pipe.source().isBlocking() && pipe.sink().isBlocking()).isTrue();
        assertThat(pipe.source().provider()).isSameAs(provider());
    }

    @Test
    void bytesGoFromTheSinkToTheSource() throws IOException {
        Pipe pipe = pipe();
        assertThat(pipe.sink().write(bytes("abc"))).isEqualTo(3);
        assertThat(pipe.sink().write(new ByteBuffer[] {bytes("d"), bytes("ef")}))
                .isEqualTo(3);
        ByteBuffer target = ByteBuffer.allocate(2);
        assertThat(pipe.source().read(target)).isEqualTo(2);
        ByteBuffer[] rest = {ByteBuffer.allocate(1), ByteBuffer.allocate(10)};
        assertThat(pipe.source().read(rest)).isEqualTo(4);
        assertThat(text(target) + text(rest[0]) + text(rest[1])).isEqualTo("abcdef");
    }

    @Test
    void aNonBlockingSourceReadsNothing() throws IOException {
        assertThat(nonBlocking(pipe().source()).read(ByteBuffer.allocate(1))).isZero();
    }

    @Test
    void aClosedSinkEndsTheStreamBehindItsBytes() throws IOException {
        Pipe pipe = pipe();
        pipe.sink().write(bytes("x"));
        pipe.sink().close();
        assertThat(pipe.source().read(ByteBuffer.allocate(5))).isEqualTo(1);
        assertThat(pipe.source().read(ByteBuffer.allocate(5))).isEqualTo(-1);
        assertThatThrownBy(() -> pipe.sink().write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aClosedSourceBreaksThePipe() throws IOException {
        Pipe pipe = pipe();
        pipe.source().close();
        assertThatThrownBy(() -> pipe.sink().write(bytes("x")))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
        assertThatThrownBy(() -> pipe.source().read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void bothEndsAreSelectable() throws IOException {
        Pipe pipe = pipe();
        SelectionKey source = registered(pipe.source(), selector(), R);
        SelectionKey sink = registered(pipe.sink(), selector(), W);
        assertThat(readyNow(source)).isZero();
        assertThat(readyNow(sink)).isEqualTo(W);
        pipe.sink().write(bytes("x"));
        assertThat(ready(source)).isEqualTo(R);
        pipe.source().read(ByteBuffer.allocate(1));
        assertThat(readyNow(source)).isZero();
    }

    @Test
    void theEndsSeeEachOtherClose() throws IOException {
        Pipe read = pipe();
        SelectionKey source = registered(read.source(), selector(), R);
        read.sink().close();
        assertThat(ready(source)).isEqualTo(R);
        Pipe written = pipe();
        SelectionKey sink = registered(written.sink(), selector(), W);
        written.source().close();
        assertThat(ready(sink)).isEqualTo(W);
    }

    @Test
    void aFullPipeIsNotWritable() throws IOException {
        Pipe pipe = pipe();
        SelectionKey sink = registered(pipe.sink(), selector(), W);
        long written = 0;
        for (int count = 1; count > 0; written += count) {
            count = pipe.sink().write(ByteBuffer.allocate(1 << 12));
        }
        assertThat(readyNow(sink)).isZero();
        ByteBuffer target = ByteBuffer.allocate((int) written);
        while (target.hasRemaining()) {
            pipe.source().read(target);
        }
        assertThat(ready(sink)).isEqualTo(W);
    }

    @Test
    void aCloseEndsARead() throws IOException {
        Pipe pipe = pipe();
        Task reader = blocked("reader", () -> pipe.source().read(ByteBuffer.allocate(1)));
        pipe.source().close();
        assertThat(reader.outcome()).isEqualTo("java.nio.channels.AsynchronousCloseException");
    }

    @Test
    void anInterruptClosesTheSourceThatIsRead() throws IOException {
        Pipe pipe = pipe();
        Task reader = blocked("reader", () -> pipe.source().read(ByteBuffer.allocate(1)));
        reader.interrupt();
        assertThat(reader.outcome()).isEqualTo("java.nio.channels.ClosedByInterruptException");
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void aCallTransfersAtMostSoManyBuffers() throws IOException {
        Pipe pipe = provider().openPipe();
        opened(pipe.source());
        opened(pipe.sink());
        ByteBuffer[] sources = new ByteBuffer[2000];
        Arrays.setAll(sources, i -> ByteBuffer.allocate(1));
        assertThat(pipe.sink().write(sources)).isEqualTo(1024); // IOV_MAX
        assertThat(pipe.sink().write(sources, 1024, 976)).isEqualTo(976);
        Arrays.setAll(sources, i -> ByteBuffer.allocate(1));
        assertThat(pipe.source().read(sources)).isEqualTo(1024);
        assertThat(pipe.source().read(sources)).isEqualTo(976);
    }
}
