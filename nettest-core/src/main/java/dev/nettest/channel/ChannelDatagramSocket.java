package dev.nettest.channel;

import dev.nettest.DatagramEndpoint;
import dev.nettest.SocketKind;
import dev.nettest.internal.inet.AbstractDatagramSocket;
import dev.nettest.internal.inet.IpStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The socket adaptor of a datagram channel. It is no {@code MulticastSocket}, unlike the JDK's: every constructor of
 * that class opens a real socket.
 */
final class ChannelDatagramSocket extends AbstractDatagramSocket {

    /** JDK 17 reports an interrupted receive like every other closed one. */
    private static final boolean TELLS_INTERRUPT = Runtime.version().feature() >= 18;

    private final NetworkDatagramChannel channel;

    ChannelDatagramSocket(NetworkDatagramChannel channel) {
        super(channel.options);
        this.channel = channel;
    }

    @Override
    public DatagramChannel getChannel() {
        return channel;
    }

    // ---- binding and connecting

    /** An operation of the channel. */
    private interface Change {

        void run() throws IOException;
    }

    /** Throws what the channel throws, as a {@link SocketException}. */
    private void translated(Change change) throws SocketException {
        try {
            change.run();
        } catch (SocketException e) {
            throw e;
        } catch (ClosedChannelException e) {
            throw failure("Socket is closed", e);
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        } catch (AlreadyBoundException e) {
            throw failure("Already bound", e);
        } catch (UnresolvedAddressException e) {
            throw failure("Unresolved address", e);
        } catch (UnsupportedAddressTypeException e) {
            throw failure("Unsupported address type", e);
        }
    }

    @Override
    public void bind(@Nullable SocketAddress address) throws SocketException {
        InetSocketAddress local = address == null ? null : IpStack.inet(address);
        translated(() -> channel.bind(local));
    }

    @Override
    public void connect(InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connect(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress address) throws SocketException {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        InetSocketAddress remote = IpStack.inet(address);
        translated(() -> {
            try {
                channel.connect(remote, SocketKind.SOCKET);
            } catch (IOException e) {
                if (!isClosed()) { // like the JDK, a closed one connects without an exception
                    throw e;
                }
            }
        });
    }

    @Override
    public void disconnect() {
        try {
            channel.disconnect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected @Nullable DatagramEndpoint boundEndpoint() {
        return channel.endpoint();
    }

    @Override
    protected @Nullable InetSocketAddress local() {
        return channel.localAddress();
    }

    @Override
    protected @Nullable InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    // ---- sending and receiving

    @Override
    protected void checkUsable() throws SocketException {
        if (isClosed()) {
            throw failure("Socket closed", new ClosedChannelException());
        }
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    @Override
    protected void transmit(ByteBuffer bytes, InetSocketAddress target) throws IOException {
        checkUsable();
        try {
            channel.send(bytes, target);
        } catch (ClosedChannelException e) {
            throw failure("Socket closed", e);
        }
    }

    @Override
    protected SocketAddress take(ByteBuffer target) throws IOException {
        checkUsable();
        try {
            return channel.receive(target, Duration.ofMillis(timeoutMillis()));
        } catch (ClosedByInterruptException e) {
            throw TELLS_INTERRUPT ? e : failure("Socket closed", e);
        } catch (ClosedChannelException e) {
            throw failure("Socket closed", e);
        }
    }

    // ---- groups and options

    @Override
    protected boolean join(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        return channel.memberships().joinOnce(group, through);
    }

    @Override
    protected boolean leave(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        return channel.memberships().leave(group, through);
    }

    @Override
    protected void set(SocketOption<?> option, Object value) throws SocketException {
        translated(() -> channel.set(option, value));
    }

    // ---- closing

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }
}
