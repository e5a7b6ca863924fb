package dev.nettest.jvm.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * The JDK's own datagram sockets behave differently if a factory is set, whatever its implementations do. So this
 * artifact sets none.
 */
class DatagramSocketFactoryTest {

    /** Each program prints the same in a JVM of its own, with and without a factory, if the JDK allows equality. */
    public static final class Program {

        @SuppressWarnings("deprecation") // the JDK has no other way
        public static void main(String[] arguments) throws Exception {
            if (arguments.length > 0) {
                DatagramSocket.setDatagramSocketImplFactory(Silent::new);
            }
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                printFailure(() -> socket.bind(new InetSocketAddress(0)));
                printFailure(() -> socket.setReceiveBufferSize(0));
                printFailure(() -> socket.setTrafficClass(256));
                System.out.println("waits for a receive: " + setterWaitsForAReceive(socket));
            }
            System.exit(0);
        }

        private interface Call {
            void run() throws IOException;
        }

        private static void printFailure(Call call) {
            try {
                call.run();
            } catch (IOException | IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }

        /** True if a call that changes the timeout is blocked while another thread receives. */
        private static boolean setterWaitsForAReceive(DatagramSocket socket) throws InterruptedException {
            Thread receiver = daemon(() -> socket.receive(new DatagramPacket(new byte[9], 9)));
            while (!isInReceive(receiver)) {
                Thread.yield();
            }
            Thread setter = daemon(() -> socket.setSoTimeout(5));
            while (setter.isAlive() && setter.getState() != Thread.State.BLOCKED) {
                Thread.yield();
            }
            return setter.isAlive();
        }

        private static boolean isInReceive(Thread receiver) {
            for (StackTraceElement frame : receiver.getStackTrace()) {
                boolean isInside = frame.getClassName().equals(Silent.class.getName())
                        || (frame.isNativeMethod() && frame.getClassName().startsWith("sun.nio.ch."));
                if (isInside) {
                    return true;
                }
            }
            return false;
        }

        private static Thread daemon(Call call) {
            Thread thread = new Thread(() -> {
                try {
                    call.run();
                } catch (IOException e) {
                    // the socket is closed at the end
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
    }

    @Test
    void withoutAFactory() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of()))
                .containsExactly(
                        "Already bound", "Invalid receive size", "Invalid IP_TOS value", "waits for a receive: false");
    }

    @Test
    void withAFactory() throws Exception {
        assertThat(ProgramOutput.lines(Program.class, List.of(), "factory"))
                .containsExactly(
                        "already bound",
                        "invalid receive size",
                        "tc is not in range 0 -- 255",
                        "waits for a receive: true");
    }

    /** Binds and receives nothing. */
    private static final class Silent extends DatagramSocketImpl {

        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        protected void create() {}

        @Override
        protected void bind(int port, InetAddress address) {}

        @Override
        protected void receive(DatagramPacket packet) throws IOException {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new SocketException(e.getMessage());
            }
        }

        private static AssertionError unused() {
            return new AssertionError("the program does not call this");
        }

        @Override
        protected void send(DatagramPacket packet) {
            throw unused();
        }

        @Override
        protected int peek(InetAddress sender) {
            throw unused();
        }

        @Override
        protected int peekData(DatagramPacket packet) {
            throw unused();
        }

        @Override
        @Deprecated
        @SuppressWarnings("InlineMeSuggester")
        protected void setTTL(byte ttl) {
            throw unused();
        }

        @Override
        @Deprecated
        protected byte getTTL() {
            throw unused();
        }

        @Override
        protected void setTimeToLive(int ttl) {
            throw unused();
        }

        @Override
        protected int getTimeToLive() {
            throw unused();
        }

        @Override
        protected void join(InetAddress group) {
            throw unused();
        }

        @Override
        protected void leave(InetAddress group) {
            throw unused();
        }

        @Override
        protected void joinGroup(SocketAddress group, NetworkInterface through) {
            throw unused();
        }

        @Override
        protected void leaveGroup(SocketAddress group, NetworkInterface through) {
            throw unused();
        }

        @Override
        protected void close() {}

        @Override
        public void setOption(int option, Object value) {}

        @Override
        public Object getOption(int option) {
            throw unused();
        }
    }
}
