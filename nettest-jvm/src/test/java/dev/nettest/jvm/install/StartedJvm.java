package dev.nettest.jvm.install;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketImpl;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A JVM with settings of its own. It prints what its channels are, and how a claim ends. */
final class StartedJvm {

    private StartedJvm() {}

    /** @param arguments {@code factory} sets the factory of sockets, {@code serverFactory} that of server sockets */
    public static void main(String[] arguments) throws Exception {
        for (String argument : arguments) {
            setFactory(argument);
        }
        try (SocketChannel channel = SocketChannel.open();
                AsynchronousSocketChannel asynchronous = AsynchronousSocketChannel.open()) {
            System.out.println("channels of " + origin(channel) + " and " + origin(asynchronous));
        }
        try (Network network = Network.create();
                Claim claim = JvmNetwork.claim(network)) {
            claim.host("server").listen(80);
            try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(claim.address(1), 80));
                    Socket socket = new Socket(claim.address(1), 80)) {
                System.out.println("connected " + (channel.isConnected() && socket.isConnected()));
            }
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
        }
        System.out.println("real traffic " + realTraffic());
        System.exit(0);
    }

    private static String origin(Channel channel) {
        return channel.getClass().getPackageName().startsWith("dev.nettest") ? "nettest" : "the JDK";
    }

    @SuppressWarnings("deprecation") // the JDK has no other way
    private static void setFactory(String argument) throws IOException {
        if (argument.equals("factory")) {
            Socket.setSocketImplFactory(StartedJvm::noSocket);
        } else {
            ServerSocket.setSocketFactory(StartedJvm::noSocket);
        }
    }

    private static SocketImpl noSocket() {
        throw new AssertionError("the factory of another library was called");
    }

    /** Only channels, which no factory makes. */
    private static int realTraffic() throws IOException {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            return accepted.read(ByteBuffer.allocate(8));
        }
    }
}
