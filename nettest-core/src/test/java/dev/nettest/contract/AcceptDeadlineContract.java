package dev.nettest.contract;

import java.io.IOException;
import java.time.Duration;

/** Timeouts of accepts. */
abstract class AcceptDeadlineContract extends DeadlineContract {

    @Override
    Subject subject() throws IOException {
        needs(Capability.ACCEPT_TIMEOUT);
        Server server = backend.bind();
        return new Subject() {
            @Override
            public Object block() throws IOException {
                return server.accept().localAddress().equals(server.address());
            }

            @Override
            public void unblock() throws IOException {
                backend.connect(server.address());
            }

            @Override
            public void deadline(Duration timeout) throws IOException {
                server.acceptTimeout(timeout);
            }

            @Override
            public void close() throws IOException {
                server.close();
            }

            @Override
            public String timedOut() {
                return expanded("accept-timed-out");
            }

            @Override
            public String success() {
                return "true";
            }

            @Override
            public String closedMeanwhile() {
                return Outcome.expand("closed-meanwhile", backend.listenerType());
            }
        };
    }
}
