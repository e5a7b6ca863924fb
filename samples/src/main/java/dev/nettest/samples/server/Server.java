package dev.nettest.samples.server;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Serves every connection on its own thread. {@link #run} blocks until the server has ended. After {@link #stop()}
 * conversations may continue for a grace period, then their connections are closed. After an interrupt they are closed
 * at once.
 */
public final class Server {

    private static final Logger LOGGER = System.getLogger(Server.class.getName());

    private final Handler handler;
    private final ExecutorService threads;
    private final Duration grace;
    private final Set<Wire> open = ConcurrentHashMap.newKeySet();
    private volatile Acceptor acceptor;
    private volatile boolean stopping;

    /**
     * @param threads runs the conversations; the server shuts it down
     * @param grace how long conversations may continue after {@link #stop()}
     */
    public Server(Handler handler, ExecutorService threads, Duration grace) {
        this.handler = handler;
        this.threads = threads;
        this.grace = grace;
    }

    /** Listens on {@code address} and serves like {@link #run(Acceptor)}. */
    public long run(Transport transport, SocketAddress address) throws IOException, InterruptedException {
        return stopping ? 0 : run(transport.listen(address));
    }

    /**
     * Serves the connections of {@code acceptor}, and closes it at the end.
     *
     * @return the number of conversations
     */
    public long run(Acceptor acceptor) throws IOException, InterruptedException {
        this.acceptor = acceptor;
        long conversations = 0;
        try (acceptor) {
            for (Wire wire = next(acceptor); wire != null; wire = next(acceptor)) {
                start(wire);
                conversations++;
            }
            threads.shutdown();
            threads.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS);
            return conversations;
        } finally {
            threads.shutdownNow();
            open.forEach(Server::close);
        }
    }

    /** Stops accepting. {@link #run} returns when the open conversations or the grace period have ended. */
    public void stop() throws IOException {
        stopping = true;
        Acceptor listening = acceptor;
        if (listening != null) {
            listening.close();
        }
    }

    /** The next connection; null if the server is stopped. */
    private Wire next(Acceptor acceptor) throws IOException {
        try {
            return stopping ? null : acceptor.accept();
        } catch (IOException e) {
            if (stopping) {
                return null;
            }
            throw e;
        }
    }

    private void start(Wire wire) {
        open.add(wire);
        threads.execute(() -> converse(wire));
    }

    private void converse(Wire wire) {
        try (wire) {
            handler.serve(wire.remoteAddress(), wire.input(), wire.output());
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.DEBUG, () -> "conversation with " + wire.remoteAddress() + " failed", e);
        } finally {
            open.remove(wire);
        }
    }

    private static void close(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, () -> "closing the connection to " + wire.remoteAddress() + " failed", e);
        }
    }
}
