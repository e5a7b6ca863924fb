package dev.nettest.samples.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Measures how fast something comes that is received. */
public final class Meter {

    private static final int AT_ONCE = 64 * 1024;

    private final LongSupplier nanoTime;
    private long start;
    private long latest;
    private long bytes;
    private boolean started;

    /** With a clock such as {@code System::nanoTime}. */
    public Meter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Receives a stream to its end. */
    public void drain(InputStream input) throws IOException {
        byte[] buffer = new byte[AT_ONCE];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            received(count);
        }
    }

    /** So many bytes came. The first time only sets off the clock. */
    public void received(int count) {
        latest = nanoTime.getAsLong();
        if (started) {
            bytes += count;
        } else {
            start = latest;
            started = true;
        }
    }

    /** What came in a second, of all since the clock was set off. */
    public double bitsPerSecond() {
        return (double) bytes * Byte.SIZE * TimeUnit.SECONDS.toNanos(1) / (latest - start);
    }
}
