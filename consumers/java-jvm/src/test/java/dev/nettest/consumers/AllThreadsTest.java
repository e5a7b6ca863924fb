package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import dev.nettest.jvm.Localhost;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.RepeatedTest;

/** All of localhost is claimed and the kernel is forbidden, while surefire has its own connection to this process. */
@JvmNetworkTest(localhost = Localhost.ALL_THREADS, forbidRealSockets = true)
class AllThreadsTest {
    @RepeatedTest(20)
    void localhostIsInMemoryAndSurefireGetsTheOutput(Claim claim) throws Exception {
        FutureTask<Integer> echo = new FutureTask<>(AllThreadsTest::echo);
        new Thread(echo).start();

        assertEquals(7, echo.get());
        System.out.println("echoed in " + claim);
        System.err.println("x".repeat(10_000));
    }

    private static int echo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket("localhost", server.getLocalPort());
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            return accepted.getInputStream().read();
        }
    }

    @RepeatedTest(20)
    void asynchronousChannelsOfLocalhostAreInMemory() throws Exception {
        try (AsynchronousSocketChannel client = AsynchronousSocketChannel.open()) {
            InetSocketAddress closed = new InetSocketAddress("localhost", 1);
            ExecutionException refused =
                    assertThrows(ExecutionException.class, () -> client.connect(closed).get());
            assertEquals(ConnectException.class, refused.getCause().getClass());
        }
    }
}
