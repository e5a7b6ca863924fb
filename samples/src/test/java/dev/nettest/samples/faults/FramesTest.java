package dev.nettest.samples.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.io.EOFException;
import java.net.SocketException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rare input of a parser: slices, resets and early ends. */
@ExtendWith(NetworkExtension.class)
class FramesTest {

    private static final byte[] MESSAGE = new byte[700];

    private Connection sender;
    private Connection receiver;

    @BeforeEach
    void connect(Network network) throws Exception {
        ConnectionPair pair = network.pair();
        sender = pair.client();
        receiver = pair.server();
    }

    // snippet: slices-java
    @Test
    void aMessageMayArriveByteByByte() throws Exception {
        receiver.faults().read(Fault.slice(1));

        Frames.write(sender.outputStream(), MESSAGE);

        assertThat(Frames.read(receiver.inputStream())).contains(MESSAGE);
    }
    // end snippet

    // snippet: reset-java
    @Test
    void aResetInTheSecondMessageDoesNotAffectTheFirst() throws Exception {
        receiver.faults().read(Fault.reset().afterBytes(1024));

        Frames.write(sender.outputStream(), MESSAGE);
        Frames.write(sender.outputStream(), MESSAGE);

        assertThat(Frames.read(receiver.inputStream())).contains(MESSAGE);
        assertThatThrownBy(() -> Frames.read(receiver.inputStream()))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }
    // end snippet

    @Test
    void anEndOfStreamWithinAMessageIsAnError() throws Exception {
        receiver.faults().read(Fault.endOfStream().afterBytes(704 + 100));

        Frames.write(sender.outputStream(), MESSAGE);
        Frames.write(sender.outputStream(), MESSAGE);

        assertThat(Frames.read(receiver.inputStream())).contains(MESSAGE);
        assertThatThrownBy(() -> Frames.read(receiver.inputStream()))
                .isInstanceOf(EOFException.class)
                .hasMessage("the stream ended after 96 of 700 bytes");
    }

    @Test
    void anEndOfStreamBetweenMessagesIsTheEnd() throws Exception {
        Frames.write(sender.outputStream(), MESSAGE);
        sender.shutdownOutput();

        assertThat(Frames.read(receiver.inputStream())).contains(MESSAGE);
        assertThat(Frames.read(receiver.inputStream())).isEmpty();
    }
}
