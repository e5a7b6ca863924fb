package dev.nettest.samples.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

// snippet: readme-junit
@ExtendWith(NetworkExtension.class)
class UploadTest {
    @Test
    void anUploadIsResetAfter1024Bytes(Network network) throws Exception {
        Listener listener = network.listen("10.0.0.5:80");
        listener.faults().read(Fault.reset().afterBytes(1024));

        Connection client = network.connect("10.0.0.5:80", end -> end.localAddress("192.168.1.100:12345"));
        client.outputStream().write(new byte[2000]);

        try (Connection server = listener.accept()) {
            assertThat(server.inputStream().readNBytes(1024)).hasSize(1024);
            assertThatThrownBy(server.inputStream()::read)
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection reset");
        }
    }
}
// end snippet
