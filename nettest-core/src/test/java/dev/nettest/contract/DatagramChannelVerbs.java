package dev.nettest.contract;

import static dev.nettest.contract.ChannelWorld.SKIPPED;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/** The methods of datagram channels that the scripts call. */
final class DatagramChannelVerbs {
    private static final List<String> CHANNELS = DatagramChannelWorld.CHANNELS;
    private static final int[] NONE = {0};
    private static final int[] FLAG = {0, 0, 0, 1};
    private static final int[] TARGETS = {0, 0, 1, 1, 2, 3};
    private static final int[] COUNTS = {0, 1, 3, 12, 100, 1000};
    private static final int[] PARTS = {-1, 0, 1, 2, 3, 4};
    private static final int[] MILLIS = {-1, 0, 1};

    /** A count of bytes is a multiple of the number of targets, plus the target. */
    private static final int[] SENDS = {0, 1, 2, 3, 4, 5, 12, 13, 48, 49, 50, 51, 400, 401, 402, 4000, 4001, 262_028};

    private static final int TARGET_COUNT = 4;
    private static final int LARGEST = 65_507;

    static final List<ChannelVerb<DatagramChannelWorld>> ALL = all();

    private DatagramChannelVerbs() {}

    private static List<ChannelVerb<DatagramChannelWorld>> all() {
        List<ChannelVerb<DatagramChannelWorld>> verbs = new ArrayList<>();
        addAddresses(verbs);
        addSends(verbs);
        addReceives(verbs);
        addOptions(verbs);
        addSockets(verbs);
        verbs.addAll(SelectorVerbs.of(CHANNELS));
        return List.copyOf(verbs);
    }

    /** A call on a channel. */
    @FunctionalInterface
    private interface OnChannel {
        Object run(DatagramChannel channel, int number) throws Exception;
    }

    private static ChannelVerb<DatagramChannelWorld> onChannel(String name, int weight, int[] numbers, OnChannel call) {
        return ChannelVerb.of(name, CHANNELS, weight, numbers, (world, me, n) -> call.run(world.datagrams(me), n));
    }

    private static void addAddresses(List<ChannelVerb<DatagramChannelWorld>> verbs) {
        verbs.add(ChannelVerb.of("open", CHANNELS, 8, FLAG, (world, me, n) -> world.look(world.open(me, n == 1))));
        verbs.add(onChannel("bind", 30, new int[] {0, 0, 0, 2, 3, 5, 6, 7}, (channel, n) -> {
            channel.bind(SocketScriptRunner.bindable(n));
            return channel.getLocalAddress();
        }));
        verbs.add(ChannelVerb.of("bindTo", CHANNELS, 4, TARGETS, (world, me, n) -> {
            InetSocketAddress taken = world.occupied(n);
            return taken == null ? SKIPPED : world.datagrams(me).bind(taken) != null;
        }));
        verbs.add(ChannelVerb.of("connect", CHANNELS, 40, TARGETS, (world, me, n) -> {
            InetSocketAddress target = world.occupied(n);
            return target == null ? SKIPPED : world.look(world.datagrams(me).connect(target));
        }));
        verbs.add(onChannel(
                "connectBadly", 4, new int[] {0, 1, 2, 3}, (channel, n) -> channel.connect(bad(n)) == channel));
        verbs.add(ChannelVerb.of(
                "disconnect",
                CHANNELS,
                20,
                (world, me) -> world.look(world.datagrams(me).disconnect())));
        verbs.add(ChannelVerb.of("look", CHANNELS, 8, (world, me) -> world.look(world.datagrams(me))));
        verbs.add(onChannel("close", 12, NONE, (channel, n) -> {
            channel.close();
            return channel.isOpen();
        }));
    }

    private static SocketAddress bad(int how) {
        return switch (how) {
            case 0 -> null;
            case 1 -> InetSocketAddress.createUnresolved("no.such.host.invalid", 1);
            case 2 -> UnixDomainSocketAddress.of("/no/such/file");
            default -> SocketVerbs.loopback(0);
        };
    }

    private static void addSends(List<ChannelVerb<DatagramChannelWorld>> verbs) {
        verbs.add(ChannelVerb.of("send", CHANNELS, 100, SENDS, (world, me, n) -> {
            InetSocketAddress target = world.occupied(n % TARGET_COUNT);
            return target == null ? SKIPPED : send(world.datagrams(me), world.letters(me, n / TARGET_COUNT), target);
        }));
        verbs.add(ChannelVerb.of(
                "sendBadly",
                CHANNELS,
                6,
                new int[] {0, 1, 2, 3},
                (world, me, n) -> send(world.datagrams(me), world.letters(me, 1), bad(n))));
        verbs.add(ChannelVerb.of(
                "broadcast",
                CHANNELS,
                2,
                (world, me) ->
                        send(world.datagrams(me), world.letters(me, 1), StreamBackend.address("127.255.255.255", 9))));
        verbs.add(ChannelVerb.of("sendTooMuch", CHANNELS, 1, TARGETS, (world, me, n) -> {
            InetSocketAddress target = world.occupied(n);
            return target == null ? SKIPPED : send(world.datagrams(me), ByteBuffer.allocate(LARGEST + 1), target);
        }));
        verbs.add(ChannelVerb.of(
                "write",
                CHANNELS,
                60,
                COUNTS,
                (world, me, n) -> world.datagrams(me).write(world.letters(me, n))));
        verbs.add(ChannelVerb.of(
                "gather",
                CHANNELS,
                8,
                COUNTS,
                (world, me, n) -> world.datagrams(me).write(sources(world, me, n))));
        verbs.add(ChannelVerb.of(
                "gatherPart",
                CHANNELS,
                3,
                PARTS,
                (world, me, n) -> world.datagrams(me).write(sources(world, me, 2), 1, n)));
    }

    private static Object send(DatagramChannel channel, ByteBuffer source, SocketAddress target) throws IOException {
        return channel.send(source, target) + " left " + source.remaining();
    }

    private static ByteBuffer[] sources(DatagramChannelWorld world, String me, int count) {
        return new ByteBuffer[] {world.letters(me, count), ByteBuffer.allocateDirect(0), world.letters(me, 2)};
    }

    private static void addReceives(List<ChannelVerb<DatagramChannelWorld>> verbs) {
        verbs.add(onReceive("receive", 80, COUNTS, (channel, n) -> {
            ByteBuffer target = ByteBuffer.allocate(n);
            SocketAddress sender = channel.receive(target);
            return sender == null ? "none" : DatagramChannelWorld.received(sender, target);
        }));
        verbs.add(onReceive("receiveDirect", 16, COUNTS, (channel, n) -> {
            ByteBuffer target = ByteBuffer.allocateDirect(n);
            SocketAddress sender = channel.receive(target);
            return sender == null ? "none" : DatagramChannelWorld.received(sender, target);
        }));
        verbs.add(onReceive("read", 50, COUNTS, (channel, n) -> {
            ByteBuffer target = ByteBuffer.allocate(n);
            return channel.read(target) + DatagramChannelWorld.received(null, target);
        }));
        verbs.add(onReceive("scatter", 8, COUNTS, (channel, n) -> {
            ByteBuffer rest = ByteBuffer.allocate(n + 1);
            return channel.read(new ByteBuffer[] {ByteBuffer.allocate(n), rest})
                    + DatagramChannelWorld.received(null, rest);
        }));
        verbs.add(onReceive(
                "scatterPart",
                3,
                PARTS,
                (channel, n) -> channel.read(
                        new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(2), ByteBuffer.allocate(3)},
                        1,
                        n)));
        verbs.add(onReceive(
                "receiveBadly",
                2,
                FLAG,
                (channel, n) ->
                        channel.receive(n == 0 ? null : ByteBuffer.allocate(5).asReadOnlyBuffer())));
    }

    private static ChannelVerb<DatagramChannelWorld> onReceive(String name, int weight, int[] numbers, OnChannel call) {
        return ChannelVerb.of(name, CHANNELS, weight, numbers, (world, me, n) -> {
            DatagramChannel channel = world.datagrams(me);
            return world.receiveWaits(channel) ? SKIPPED : call.run(channel, n);
        });
    }

    private static void addOptions(List<ChannelVerb<DatagramChannelWorld>> verbs) {
        List<SocketOption<?>> options = new ArrayList<>(SocketVerbs.OPTIONS);
        options.add(StandardSocketOptions.IP_MULTICAST_LOOP);
        options.add(StandardSocketOptions.IP_MULTICAST_IF);
        for (SocketOption<?> option : options) {
            String name = option.name();
            verbs.add(onChannel("get-" + name, 1, NONE, (channel, n) -> channel.getOption(option)));
            if (option != StandardSocketOptions.IP_MULTICAST_IF) {
                verbs.add(onChannel(
                        "set-" + name,
                        1,
                        SocketVerbs.VALUES,
                        (channel, n) -> ChannelOptions.setAndGet(channel, option, n)));
            }
        }
        for (SocketOption<Integer> size : List.of(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_SNDBUF)) {
            verbs.add(onChannel("get-" + size.name(), 1, NONE, (channel, n) -> channel.getOption(size)));
            verbs.add(onChannel(
                    "set-" + size.name(),
                    1,
                    SocketVerbs.SIZES,
                    (channel, n) -> ChannelOptions.setAndRestore(channel, size, n)));
        }
        verbs.add(
                onChannel("supportedOptions", 1, NONE, (channel, n) -> SocketVerbs.names(channel.supportedOptions())));
    }

    private static void addSockets(List<ChannelVerb<DatagramChannelWorld>> verbs) {
        verbs.add(onSocket(
                "socket",
                8,
                NONE,
                (socket, n) -> state(socket) + (socket.getChannel().socket() == socket)));
        verbs.add(onSocket("socketSetSoTimeout", 2, MILLIS, (socket, n) -> {
            socket.setSoTimeout(n);
            return socket.getSoTimeout();
        }));
        verbs.add(onSocket(
                "socketOptions",
                2,
                NONE,
                (socket, n) -> socket.getReuseAddress() + " " + socket.getBroadcast() + " " + socket.getTrafficClass()
                        + " " + socket.getReceiveBufferSize()));
        verbs.add(onSocket("socketBind", 2, NONE, (socket, n) -> {
            socket.bind(StreamBackend.loopback(0));
            return socket.getLocalSocketAddress();
        }));
        verbs.add(ChannelVerb.of("socketConnect", CHANNELS, 4, TARGETS, (world, me, n) -> {
            InetSocketAddress target = world.occupied(n);
            if (target == null) {
                return SKIPPED;
            }
            world.datagrams(me).socket().connect(target);
            return world.look(world.datagrams(me));
        }));
        verbs.add(onSocket("socketDisconnect", 2, NONE, (socket, n) -> {
            socket.disconnect();
            return socket.isConnected();
        }));
        verbs.add(ChannelVerb.of("socketSend", CHANNELS, 6, TARGETS, (world, me, n) -> {
            InetSocketAddress target = world.occupied(n);
            if (target == null) {
                return SKIPPED;
            }
            world.datagrams(me)
                    .socket()
                    .send(new DatagramPacket(world.letters(me, 3).array(), 3, target));
            return null;
        }));
        verbs.add(onSocket("socketReceive", 6, COUNTS, (socket, n) -> {
            if (socket.getChannel().isOpen() && socket.getSoTimeout() == 0) {
                socket.setSoTimeout(1);
            }
            DatagramPacket packet = new DatagramPacket(new byte[n], n);
            socket.receive(packet);
            return SocketScriptRunner.text(packet.getData(), packet.getLength()) + " from " + packet.getSocketAddress();
        }));
        verbs.add(onSocket("socketClose", 2, NONE, (socket, n) -> {
            socket.close();
            return socket.isClosed();
        }));
    }

    private static String state(DatagramSocket socket) {
        return (socket.isBound() ? "bound " : "")
                + (socket.isConnected() ? "connected " : "")
                + (socket.isClosed() ? "closed " : "")
                + socket.getLocalSocketAddress() + " " + socket.getLocalAddress() + " " + socket.getLocalPort() + " to "
                + socket.getRemoteSocketAddress() + " " + socket.getInetAddress() + " " + socket.getPort() + " ";
    }

    /** A call on the adaptor. */
    @FunctionalInterface
    private interface OnSocket {
        Object run(DatagramSocket socket, int number) throws Exception;
    }

    private static ChannelVerb<DatagramChannelWorld> onSocket(String name, int weight, int[] numbers, OnSocket call) {
        return onChannel(name, weight, numbers, (channel, n) -> call.run(channel.socket(), n));
    }
}
