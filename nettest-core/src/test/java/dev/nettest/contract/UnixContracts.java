package dev.nettest.contract;

import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The contracts of channels over Unix paths, including those that hold for TCP too. */
public abstract class UnixContracts {
    /** Opens a new backend. */
    protected abstract StreamBackend open() throws IOException;

    @Nested
    class Basics extends StreamBasicsContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class Transfer extends TransferContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class Precedence extends UnixPrecedenceContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class Blocked extends UnixBlockedContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class ReadDeadlines extends ReadDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class AcceptDeadlines extends AcceptDeadlineContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class Accepting extends AcceptContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }

    @Nested
    class AsyncClose extends AsyncCloseContract {
        @Override
        StreamBackend open() throws IOException {
            return UnixContracts.this.open();
        }
    }
}
