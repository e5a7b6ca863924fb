package dev.nettest;

import dev.nettest.kernel.Interrupts;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.jspecify.annotations.Nullable;

/**
 * Hears of interrupts of a thread that is not ours, in the one way that the JDK offers: a thread that is interrupted closes the channel
 * that it blocks on, on the thread that interrupts it. The interrupt status would not do: it is gone for a moment while the thread waits
 * for a lock.
 */
final class InterruptListener implements Interrupts {

    private @Nullable Blocked blocked;

    @Override
    public void begin(Runnable whenInterrupted) {
        blocked = new Blocked(whenInterrupted);
        blocked.start();
    }

    @Override
    public void end() {
        if (blocked != null) {
            blocked.stop();
            blocked = null;
        }
    }

    private static final class Blocked extends AbstractInterruptibleChannel {

        private final Runnable whenInterrupted;

        Blocked(Runnable whenInterrupted) {
            this.whenInterrupted = whenInterrupted;
        }

        void start() {
            begin();
        }

        void stop() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // The wait says that it was interrupted, in its own words.
            }
        }

        @Override
        protected void implCloseChannel() {
            whenInterrupted.run();
        }
    }
}
