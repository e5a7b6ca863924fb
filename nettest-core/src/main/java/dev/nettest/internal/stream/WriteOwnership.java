package dev.nettest.internal.stream;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The write that owns the write lock of an endpoint, and its bytes that a rendezvous has not delivered. The base of
 * {@link StreamWriter}, since an object of its own would cost memory in each idle connection. Guarded by the
 * connection's monitor.
 */
abstract class WriteOwnership {

    final StreamState state;
    Pipe pipe; // the state's output, which changes if the endpoint is connected to itself

    /** The write that is not done and owns the write lock; others wait for it. */
    @Nullable
    Object writeOwner;

    /** The count of bytes written before the present write. */
    long writeStart;

    /** In a rendezvous, the count of bytes read at which the present write is done; -1 otherwise. */
    long rendezvous = -1;

    WriteOwnership(StreamState state) {
        this.state = state;
        this.pipe = state.out;
    }

    final void unlock() {
        writeOwner = null;
        rendezvous = -1;
    }

    /**
     * Releases the write lock if {@code owner} has it, and withdraws the bytes that a rendezvous has not delivered.
     *
     * @return how many bytes were withdrawn
     */
    public final int releaseWrite(Object owner) {
        if (writeOwner != owner) {
            return 0;
        }
        long undelivered = undelivered();
        withdraw(undelivered);
        unlock();
        return (int) undelivered;
    }

    /** True if {@code owner} owns the write lock: it waits for free space, not for the lock. */
    public final boolean ownsWrite(Object owner) {
        return writeOwner == owner;
    }

    final boolean isUnlocked() {
        return writeOwner == null;
    }

    /**
     * True if some bytes of the operation were delivered although the rest never can be. Undelivered bytes of a
     * rendezvous are withdrawn.
     */
    final boolean completesPartially(ByteBuffer source) {
        long undelivered = undelivered();
        if (pipe.written - writeStart <= undelivered) {
            return false;
        }
        withdraw(undelivered);
        source.position(source.position() - (int) undelivered);
        return true;
    }

    /** Bytes of the present operation that a rendezvous holds and the peer has not read; 0 without a rendezvous. */
    private long undelivered() {
        return Math.max(0, rendezvous - pipe.read);
    }

    private void withdraw(long count) {
        if (count > 0) {
            pipe.withdraw(Math.min(count, pipe.size()));
            pipe.written -= count;
        }
    }

    final boolean isDelivered() {
        return rendezvous >= 0 && (pipe.acknowledged() >= rendezvous || pipe.capacity != 0);
    }
}
