package dev.nettest.jvm.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.install.ProgramOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a JVM, at its end. */
class TrafficReportTest {

    /** Runs in a JVM of its own. */
    public static final class Program {

        public static void main(String[] arguments) throws IOException {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    SocketChannel real = SocketChannel.open(server.getLocalSocketAddress());
                    Network network = Network.create();
                    Claim claim = JvmNetwork.claim(network)) {
                claim.host("server").listen(80);
                for (int i = 0; i < 2; i++) {
                    new Socket(claim.address(1), 80).close();
                }
                SocketChannel.open(new InetSocketAddress(claim.address(1), 80)).close();
                real.shutdownOutput();
            }
        }
    }

    @Test
    void listsWhatWentToTheKernelAndToNetworks(@TempDir Path folder) throws Exception {
        Path report = folder.resolve("report.txt");
        assertThat(ProgramOutput.lines(Program.class, List.of("-Dnettest.jvm.report=" + report)))
                .isEmpty();

        String line = " at TrafficReportTest\\.java:\\d+, calls: ";
        assertThat(Files.readString(report))
                .matches("nettest: binds and connects of this JVM\n"
                        + "kernel   connect to localhost/127\\.0\\.0\\.1:\\d+" + line + "1\n"
                        + "network  connect to /10\\.0\\.0\\.1:80" + line + "2\n"
                        + "network  connect to /10\\.0\\.0\\.1:80" + line + "1\n");
    }
}
