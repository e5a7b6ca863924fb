package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The main class of a JVM with {@code -Djava.net.preferIPv4Stack=true}, which the JDK reads only once. It prints the
 * outcome of each call on loopback, and a line that begins with {@code !} if the outcome in memory differs.
 */
final class Ipv4StackCalls {
    private static final InetSocketAddress SIX = StreamBackend.address("::1", 5);
    private static final InetSocketAddress FREE_SIX = StreamBackend.address("::1", 0);
    private static final InetSocketAddress ANY_SIX = StreamBackend.address("::", 0);
    private static final InetSocketAddress ANY_FOUR = StreamBackend.address("0.0.0.0", 0);

    private final SocketArm arm;
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    private Ipv4StackCalls(SocketArm arm) {
        this.arm = arm;
    }

    public static void main(String[] args) throws IOException {
        Map<String, String> onLoopback;
        Map<String, String> inMemory;
        try (SocketArm arm = SocketArm.onLoopback()) {
            onLoopback = new Ipv4StackCalls(arm).run();
        }
        try (SocketArm arm = SocketArm.inMemory()) {
            inMemory = new Ipv4StackCalls(arm).run();
        }
        onLoopback.forEach((name, outcome) -> {
            System.out.println(name + ": " + outcome);
            if (!outcome.equals(inMemory.get(name))) {
                System.out.println("! in memory: " + inMemory.get(name));
            }
        });
        printNames();
    }

    /** In memory only: the names of a network. */
    private static void printNames() throws IOException {
        try (Network network = Network.create()) {
            network.names().set("both", "fd00::5", "10.0.0.5");
            network.names().set("six", "fd00::5");
            network.listen("10.0.0.5:80");
            for (String name : new String[] {"both", "six"}) {
                System.out.println("connected to " + name + ": "
                        + Outcome.of(() -> {
                            Socket socket =
                                    NetworkSockets.socketFactory(network).createSocket();
                            socket.connect(InetSocketAddress.createUnresolved(name, 80));
                            return socket.getInetAddress();
                        }));
            }
        }
    }

    private Map<String, String> run() throws IOException {
        runDatagrams();
        runSendsAndGroups();
        runStreams();
        return outcomes;
    }

    private void call(String name, Outcome.Call call) {
        if (outcomes.containsKey(name)) {
            throw new IllegalArgumentException("two calls are named " + name);
        }
        outcomes.put(name, Outcome.of(call).replaceAll("\\b\\d{5}\\b", "port"));
    }

    // ---- datagrams

    private void runDatagrams() throws IOException {
        DatagramSocket unbound = arm.datagramSocket(null);
        call("unbound", () -> unbound.getLocalAddress() + " " + unbound.getLocalSocketAddress());
        call("bound to every address", () -> arm.datagramSocket(ANY_FOUR).getLocalSocketAddress());
        call("bound by default", () -> {
            unbound.bind(null);
            return unbound.getLocalSocketAddress();
        });
        call("bound to ::", () -> arm.datagramSocket(ANY_SIX).getLocalSocketAddress());
        call("bound to ::1", () -> arm.datagramSocket(FREE_SIX).getLocalSocketAddress());
        call("bound, then to ::1", () -> {
            unbound.bind(FREE_SIX);
            return "bound";
        });
        DatagramSocket socket = arm.datagramSocket(ANY_FOUR);
        call("connected to ::1", () -> {
            socket.connect(SIX);
            return "connected";
        });
        call("connected to ::1 and a port", () -> {
            socket.connect(SIX.getAddress(), 5);
            return "connected";
        });
        call("connected to ::1 and port 0", () -> {
            socket.connect(FREE_SIX);
            return "connected";
        });
        DatagramSocket server = arm.datagramSocket(StreamBackend.loopback(0));
        call("connected to 0.0.0.0", () -> {
            socket.connect(new InetSocketAddress(ANY_FOUR.getAddress(), server.getLocalPort()));
            socket.send(new DatagramPacket(new byte[1], 1));
            DatagramPacket received = new DatagramPacket(new byte[1], 1);
            server.receive(received);
            return socket.getLocalAddress() + " " + socket.getInetAddress() + " from " + received.getAddress();
        });
        socket.close();
        call("closed, connected to ::1", () -> {
            socket.connect(SIX);
            return "connected";
        });
        call("closed, bound to ::1", () -> {
            socket.bind(SIX);
            return "bound";
        });
    }

    private void runSendsAndGroups() throws IOException {
        DatagramSocket socket = arm.datagramSocket(ANY_FOUR);
        call("sent to ::1", () -> send(socket));
        call("joined ff02::5", () -> {
            socket.joinGroup(new InetSocketAddress(InetAddress.getByName("ff02::5"), 0), null);
            return "joined";
        });
        call("left ff02::5", () -> {
            socket.leaveGroup(new InetSocketAddress(InetAddress.getByName("ff02::5"), 0), null);
            return "left";
        });
        socket.connect(StreamBackend.loopback(5));
        call("connected, sent to ::1", () -> send(socket));
        socket.close();
        call("closed, sent to ::1", () -> send(socket));
    }

    private static Object send(DatagramSocket socket) throws IOException {
        socket.send(new DatagramPacket(new byte[1], 1, SIX));
        return "sent";
    }

    // ---- streams

    private void runStreams() throws IOException {
        ServerSocket server = arm.server();
        call("server bound to ::1", () -> {
            server.bind(FREE_SIX);
            return server.getLocalSocketAddress();
        });
        call("server bound to ::", () -> {
            server.bind(ANY_SIX);
            return server.getLocalSocketAddress();
        });
        call("server bound to every address", () -> {
            server.bind(null);
            return server.getLocalSocketAddress();
        });
        Socket socket = arm.socket();
        call("socket bound to ::1", () -> {
            socket.bind(FREE_SIX);
            return socket.getLocalSocketAddress();
        });
        call("socket bound to ::", () -> {
            socket.bind(ANY_SIX);
            return socket.getLocalSocketAddress();
        });
        call("socket connected to ::1", () -> connect(socket, 0));
        call("state", () -> SocketScriptRunner.state(socket));
        call("socket connected to ::1 with a timeout", () -> connect(arm.socket(), 20_000));
        Socket bound = arm.socket();
        bound.bind(StreamBackend.loopback(0));
        call("bound socket connected to ::1", () -> connect(bound, 0));
        call("state of the bound socket", () -> SocketScriptRunner.state(bound));
        call("socket connected to 127.0.0.1", () -> {
            Socket connected = arm.socket();
            connected.connect(StreamBackend.loopback(server.getLocalPort()));
            return SocketScriptRunner.state(connected);
        });
    }

    private static Object connect(Socket socket, int millis) throws IOException {
        socket.connect(SIX, millis);
        return "connected";
    }
}
