package dev.nettest.samples.faults;

import dev.nettest.samples.server.Acceptor;
import dev.nettest.samples.server.Wire;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;

/**
 * Retries a failed accept, because a temporary lack of file descriptors should not end a server. The pause starts at
 * 5 ms and doubles up to a second.
 */
public final class PatientAcceptor implements Acceptor {

    private static final Logger LOGGER = System.getLogger(PatientAcceptor.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** {@code Thread.sleep}, or the sleep of a test's clock. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final Acceptor acceptor;
    private final Sleeper sleeper;

    public PatientAcceptor(Acceptor acceptor, Sleeper sleeper) {
        this.acceptor = acceptor;
        this.sleeper = sleeper;
    }

    @Override
    public Wire accept() throws IOException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return acceptor.accept();
            } catch (IOException e) {
                if (!isOpen()) {
                    throw e;
                }
                LOGGER.log(Level.WARNING, "accept failed, next try in " + pause.toMillis() + " ms: " + e);
            }
            sleep(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    /** An interrupt closes the acceptor, like an interrupt of an accept. */
    private void sleep(Duration pause) throws IOException {
        try {
            sleeper.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public boolean isOpen() {
        return acceptor.isOpen();
    }

    @Override
    public void close() throws IOException {
        acceptor.close();
    }
}
