package dev.nettest.samples.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Measures the rate of received bytes. */
public final class Meter {

    private static final int BUFFER_SIZE = 64 * 1024;

    private final LongSupplier nanoTime;
    private long start;
    private long latest;
    private long bytes;
    private boolean started;

    /** @param nanoTime a clock such as {@code System::nanoTime} */
    public Meter(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Reads a stream to its end. */
    public void drain(InputStream input) throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            received(count);
        }
    }

    /** Counts received bytes. The first call only starts the clock. */
    public void received(int count) {
        latest = nanoTime.getAsLong();
        if (started) {
            bytes += count;
        } else {
            start = latest;
            started = true;
        }
    }

    /** The average rate since the start of the clock. */
    public double bitsPerSecond() {
        return (double) bytes * Byte.SIZE * TimeUnit.SECONDS.toNanos(1) / (latest - start);
    }
}
