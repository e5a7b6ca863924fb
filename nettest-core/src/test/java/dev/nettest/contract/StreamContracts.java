package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/**
 * The contracts that do not depend on the JDK type; a subclass for each type adds the others. A backend passes if its
 * concrete subclass is green and skips only what its capabilities exclude.
 */
public abstract class StreamContracts {
    /** Opens a new backend. */
    protected abstract StreamBackend open() throws IOException;

    @Nested
    class Basics extends StreamBasicsContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class Transfer extends TransferContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class Precedence extends PrecedenceContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class Orders extends OrdersContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class ReadDeadlines extends ReadDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class AcceptDeadlines extends AcceptDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class Accepting extends AcceptContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }

    @Nested
    class AsyncClose extends AsyncCloseContract {
        @Override
        StreamBackend open() throws IOException {
            return StreamContracts.this.open();
        }
    }
}
