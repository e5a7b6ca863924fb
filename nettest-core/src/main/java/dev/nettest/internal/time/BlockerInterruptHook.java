package dev.nettest.internal.time;

import dev.nettest.internal.sync.InterruptHook;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reports interrupts of a foreign thread, through the channel on which it seems to block.
 *
 * <p>The JDK offers no other way: {@code Thread.interrupt()} closes the channel on which its target blocks, on the
 * interrupting thread. Polling the interrupt status would not do, because the status is cleared for a moment while the
 * thread waits for a lock.
 */
final class BlockerInterruptHook implements InterruptHook {

    private @Nullable Blocker blocker;

    @Override
    public void begin(Runnable whenInterrupted) {
        blocker = new Blocker(whenInterrupted);
        blocker.start();
    }

    @Override
    public void end() {
        if (blocker != null) {
            blocker.stop();
            blocker = null;
        }
    }

    private static final class Blocker extends AbstractInterruptibleChannel {

        private final Runnable whenInterrupted;

        Blocker(Runnable whenInterrupted) {
            this.whenInterrupted = whenInterrupted;
        }

        void start() {
            begin();
        }

        void stop() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // The wait itself reports the interrupt.
            }
        }

        @Override
        protected void implCloseChannel() {
            whenInterrupted.run();
        }
    }
}
