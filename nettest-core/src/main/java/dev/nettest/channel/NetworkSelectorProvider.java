package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.TimeoutClock;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Opens channels and selectors on one host. */
final class NetworkSelectorProvider extends SelectorProvider {

    private final Host host;
    private final TimeoutClock timeouts;
    private final Consumer<? super Connection> beforeHandshake;
    private final AtomicLong temporaryPaths = new AtomicLong();

    NetworkSelectorProvider(Host host, TimeoutClock timeouts, Consumer<? super Connection> beforeHandshake) {
        this.host = Objects.requireNonNull(host, "host");
        this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
        this.beforeHandshake = Objects.requireNonNull(beforeHandshake, "beforeHandshake");
    }

    Host host() {
        return host;
    }

    /** The clock of the timeouts of selects. */
    TimeoutClock timeouts() {
        return timeouts;
    }

    Consumer<? super Connection> beforeHandshake() {
        return beforeHandshake;
    }

    /** The path of a server channel that is bound to none, like the JDK's in the temporary directory. */
    SocketAddress temporaryPath() {
        return UnixDomainSocketAddress.of("/tmp/socket_" + temporaryPaths.incrementAndGet());
    }

    /** Also after the end of the network: an event loop that has to close its channels may replace its selector. */
    @Override
    public AbstractSelector openSelector() {
        return new NetworkSelector(this);
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return openSocketChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        checkStream(family);
        return new NetworkSocketChannel(this, family);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return openServerSocketChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        checkStream(family);
        return new NetworkServerSocketChannel(this, family);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return openDatagramChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        checkDatagram(family);
        return new NetworkDatagramChannel(this, family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        checkUp();
        return NetworkPipe.open(this);
    }

    private void checkStream(ProtocolFamily family) throws SocketException {
        if (Objects.requireNonNull(family, "'family' is null") != StandardProtocolFamily.UNIX) {
            checkDatagram(family);
        }
        checkUp();
    }

    private void checkDatagram(ProtocolFamily family) throws SocketException {
        Objects.requireNonNull(family, "'family' is null");
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException("Protocol family not supported");
        }
        checkUp();
    }

    private void checkUp() throws SocketException {
        if (host.network().isClosed()) {
            throw new SocketException("Network is down");
        }
    }

    @Override
    public String toString() {
        return "selector provider of " + host;
    }
}
