package dev.nettest.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Datagram channels {@code d} and {@code e}, and {@code u}, which scripts bind less often. They are opened without
 * blocking, but a step can change that.
 *
 * <p>These steps are {@linkplain #SKIPPED skipped}: sends to a port that is not occupied, since another process may get
 * it, and receives in blocking mode, which may wait. A port that refuses datagrams is that of a channel connected to
 * itself.
 */
final class DatagramChannelWorld extends ChannelWorld {
    static final List<String> CHANNELS = List.of("d", "d", "e", "e", "u");

    private static final String[] TARGETS = {"d", "e", "u", "refusing"};

    private final Map<String, Integer> sent = new HashMap<>();

    DatagramChannelWorld(SocketArm arm) throws IOException {
        super(arm);
        DatagramChannel refusing = name("refusing", provider().openDatagramChannel());
        refusing.bind(StreamBackend.loopback(0)).connect(refusing.getLocalAddress());
    }

    static final class Kind implements ChannelScript.Kind<DatagramChannelWorld> {
        private static final List<String> BINDING =
                List.of("d.bind 0", "e.bind 0", "d.registerAll", "e.registerAll", "u.registerAll", "x.selectNow");

        private static final List<String> CONNECTING =
                List.of("d.bind 0", "e.bind 0", "d.connect 1", "d.registerAll", "e.registerAll", "x.selectNow");

        @Override
        public DatagramChannelWorld world(SocketArm arm) throws IOException {
            return new DatagramChannelWorld(arm);
        }

        @Override
        public List<ChannelVerb<DatagramChannelWorld>> verbs() {
            return DatagramChannelVerbs.ALL;
        }

        @Override
        public List<String> opening(Random random) {
            return switch (random.nextInt(4)) {
                case 0 -> BINDING.subList(0, random.nextInt(3));
                case 1 -> CONNECTING;
                default -> BINDING;
            };
        }
    }

    DatagramChannel datagrams(String actor) throws IOException {
        return exists(actor) ? (DatagramChannel) channel(actor) : open(actor, false);
    }

    DatagramChannel open(String actor, boolean blocking) throws IOException {
        DatagramChannel channel = name(actor, provider().openDatagramChannel());
        channel.configureBlocking(blocking);
        return channel;
    }

    /** The address of an open channel; null for none. */
    InetSocketAddress occupied(int number) throws IOException {
        String name = TARGETS[number % TARGETS.length];
        if (!exists(name) || localPort(channel(name)) == 0) {
            return null;
        }
        InetSocketAddress bound = (InetSocketAddress) ((DatagramChannel) channel(name)).getLocalAddress();
        InetAddress host =
                bound.getAddress().isAnyLocalAddress() ? SocketVerbs.loopback(0).getAddress() : bound.getAddress();
        return new InetSocketAddress(host, bound.getPort());
    }

    boolean receiveWaits(DatagramChannel channel) {
        return channel.isOpen() && channel.isBlocking();
    }

    /** The next letters of the actor. */
    ByteBuffer letters(String actor, int count) {
        return ByteBuffer.wrap(SocketScriptRunner.letters(sent.merge(actor, count, Integer::sum) - count, count));
    }

    /** The bytes that were received into {@code target}, and the sender. */
    static String received(SocketAddress sender, ByteBuffer target) {
        byte[] bytes = new byte[target.flip().remaining()];
        target.get(bytes);
        return SocketScriptRunner.text(bytes, bytes.length) + " from " + sender;
    }

    @Override
    String look(SelectableChannel channel) {
        DatagramChannel datagrams = (DatagramChannel) channel;
        return common(channel)
                + (datagrams.isConnected() ? "connected " : "")
                + Outcome.of(datagrams::getLocalAddress) + " to "
                + Outcome.of(datagrams::getRemoteAddress);
    }

    /** Sends a datagram to itself and waits for it: a kernel delivers those that were sent before it first. */
    @Override
    void settle() throws IOException {
        if (isReal()) {
            try (DatagramChannel last = provider().openDatagramChannel()) {
                last.bind(StreamBackend.loopback(0));
                last.send(ByteBuffer.allocate(1), last.getLocalAddress());
                last.receive(ByteBuffer.allocate(1));
            }
        }
    }
}
