package dev.nettest.contract;

import java.io.IOException;
import java.time.Duration;

/**
 * Timeouts of writes. No socket of the JDK has them; the scenarios of reads and accepts hold for them too.
 */
abstract class WriteDeadlineContract extends DeadlineContract {

    @Override
    Subject subject() throws IOException {
        needs(Capability.WRITE_TIMEOUT);
        needsCapacity(1);
        Pair pair = backend.pair();
        backend.fill(pair);
        return new Subject() {
            @Override
            public Object block() throws IOException {
                return pair.client().write(new byte[1]);
            }

            @Override
            public void unblock() throws IOException {
                pair.server().readFully(1);
            }

            @Override
            public void deadline(Duration timeout) throws IOException {
                pair.client().writeTimeout(timeout);
            }

            @Override
            public void close() throws IOException {
                pair.client().close();
            }

            @Override
            public String timedOut() {
                return "java.net.SocketTimeoutException: Write timed out";
            }

            @Override
            public String success() {
                return "1";
            }

            @Override
            public String closedMeanwhile() {
                return Outcome.expand("closed-meanwhile", backend.jdkType());
            }
        };
    }
}
