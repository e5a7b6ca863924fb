package dev.nettest.contract;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The backends of the datagram contract: a socket and a channel, each on real loopback and in memory. */
enum DatagramBackend {
    LOOPBACK_SOCKET(JdkType.SOCKET, true) {
        @Override
        Endpoint bind(SocketAddress address) throws IOException {
            return new OfSocket(new DatagramSocket(address));
        }
    },
    LOOPBACK_CHANNEL(JdkType.CHANNEL, true) {
        @Override
        Endpoint bind(SocketAddress address) throws IOException {
            return new OfChannel(DatagramChannel.open().bind(address));
        }
    },
    MEMORY_SOCKET(JdkType.SOCKET, false) {
        @Override
        Endpoint bind(SocketAddress address) throws IOException {
            return new OfSocket(NetworkSockets.datagramSocket(network, address));
        }
    },
    MEMORY_CHANNEL(JdkType.CHANNEL, false) {
        @Override
        Endpoint bind(SocketAddress address) throws IOException {
            return new OfChannel(NetworkChannels.selectorProvider(network)
                    .openDatagramChannel()
                    .bind(address));
        }
    },
    MEMORY_CORE(JdkType.CHANNEL, false) {
        @Override
        Endpoint bind(SocketAddress address) throws IOException {
            return new OfCore(network.bindDatagram(address));
        }
    };

    private static final int SIZE = 70_000;

    final JdkType jdkType;
    final Network network = Network.create();

    final boolean isReal;

    DatagramBackend(JdkType jdkType, boolean isReal) {
        this.jdkType = jdkType;
        this.isReal = isReal;
    }

    abstract Endpoint bind(SocketAddress address) throws IOException;

    /** One endpoint; datagrams are text, one character a byte. */
    interface Endpoint extends AutoCloseable {
        void send(String text, SocketAddress target) throws IOException;

        /** Sends to the peer. */
        void send(String text) throws IOException;

        String receive(int length) throws IOException;

        SocketAddress sender() throws IOException;

        /** True if neither a datagram nor an error can be received. */
        boolean hasNothingToReceive() throws IOException;

        void connect(SocketAddress peer) throws IOException;

        void disconnect() throws IOException;

        InetSocketAddress local() throws IOException;

        /** Sets the size as the JDK counts it. */
        void receiveBufferSize(int bytes) throws IOException;

        void broadcast(boolean allowed) throws IOException;

        boolean isOpen();

        @Override
        void close() throws IOException;

        default String receive() throws IOException {
            return receive(SIZE);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private record OfSocket(DatagramSocket socket) implements Endpoint {
        @Override
        public void send(String text, SocketAddress target) throws IOException {
            socket.send(new DatagramPacket(bytes(text), text.length(), target));
        }

        @Override
        public void send(String text) throws IOException {
            socket.send(new DatagramPacket(bytes(text), text.length()));
        }

        @Override
        public String receive(int length) throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[length], length);
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        }

        @Override
        public SocketAddress sender() throws IOException {
            DatagramPacket packet = new DatagramPacket(new byte[1], 1);
            socket.receive(packet);
            return packet.getSocketAddress();
        }

        @Override
        public boolean hasNothingToReceive() throws IOException {
            socket.setSoTimeout(1);
            try {
                sender();
                return false;
            } catch (java.net.SocketTimeoutException e) {
                return e.getMessage().equals("Receive timed out");
            } finally {
                socket.setSoTimeout(0);
            }
        }

        @Override
        public void connect(SocketAddress peer) throws IOException {
            socket.connect(peer);
        }

        @Override
        public void disconnect() {
            socket.disconnect();
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void receiveBufferSize(int bytes) throws IOException {
            socket.setReceiveBufferSize(bytes);
        }

        @Override
        public void broadcast(boolean allowed) throws IOException {
            socket.setBroadcast(allowed);
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private record OfChannel(DatagramChannel channel) implements Endpoint {
        @Override
        public void send(String text, SocketAddress target) throws IOException {
            channel.send(ByteBuffer.wrap(bytes(text)), target);
        }

        @Override
        public void send(String text) throws IOException {
            channel.write(ByteBuffer.wrap(bytes(text)));
        }

        @Override
        public String receive(int length) throws IOException {
            ByteBuffer target = ByteBuffer.allocate(length);
            channel.receive(target);
            return StandardCharsets.ISO_8859_1.decode(target.flip()).toString();
        }

        @Override
        public SocketAddress sender() throws IOException {
            return channel.receive(ByteBuffer.allocate(1));
        }

        @Override
        public boolean hasNothingToReceive() throws IOException {
            channel.configureBlocking(false);
            try {
                return sender() == null;
            } finally {
                channel.configureBlocking(true);
            }
        }

        @Override
        public void connect(SocketAddress peer) throws IOException {
            channel.connect(peer);
        }

        @Override
        public void disconnect() throws IOException {
            channel.disconnect();
        }

        @Override
        public InetSocketAddress local() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void receiveBufferSize(int bytes) throws IOException {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
        }

        @Override
        public void broadcast(boolean allowed) throws IOException {
            channel.setOption(StandardSocketOptions.SO_BROADCAST, allowed);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record OfCore(DatagramEndpoint endpoint) implements Endpoint {
        @Override
        public void send(String text, SocketAddress target) throws IOException {
            endpoint.send(ByteBuffer.wrap(bytes(text)), target);
        }

        @Override
        public void send(String text) throws IOException {
            endpoint.send(ByteBuffer.wrap(bytes(text)));
        }

        @Override
        public String receive(int length) throws IOException {
            ByteBuffer target = ByteBuffer.allocate(length);
            endpoint.receive(target);
            return StandardCharsets.ISO_8859_1.decode(target.flip()).toString();
        }

        @Override
        public SocketAddress sender() throws IOException {
            return endpoint.receive(ByteBuffer.allocate(1), Duration.ZERO, dev.nettest.SocketKind.CHANNEL);
        }

        @Override
        public boolean hasNothingToReceive() throws IOException {
            return endpoint.tryReceive(ByteBuffer.allocate(1)) == null;
        }

        @Override
        public void connect(SocketAddress peer) throws IOException {
            endpoint.connect(peer);
        }

        @Override
        public void disconnect() {
            endpoint.disconnect();
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) endpoint.localAddress();
        }

        @Override
        public void receiveBufferSize(int bytes) {
            endpoint.receiveBufferSize(2 * bytes);
        }

        @Override
        public void broadcast(boolean allowed) {
            endpoint.broadcast(allowed);
        }

        @Override
        public boolean isOpen() {
            return !endpoint.isClosed();
        }

        @Override
        public void close() throws IOException {
            endpoint.close();
        }
    }
}
