package dev.nettest.internal.time;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of one thread in {@code /proc}. The files that every probe reads stay open, because opening such a file
 * costs more than reading it. An open file belongs to its thread: it cannot be read after the thread has ended, even if
 * another thread has the same number then.
 */
final class ProcFiles implements ProcThread.Source {

    /** More bytes than a status file has. */
    private static final int ENOUGH = 4096;

    /** The most open files of a process: far below its usual limit. */
    private static final int MOST_OPEN = 4096;

    private static final AtomicInteger OPEN = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Map<String, RandomAccessFile> open = new HashMap<>(4);

    /** Guarded by {@link #lock}. */
    private boolean keepsOpen;

    /** @param keepsOpen false if the thread will hardly be probed again */
    ProcFiles(boolean keepsOpen) {
        this.keepsOpen = keepsOpen;
    }

    /** The contents of {@code file}; null if it cannot be read. */
    static @Nullable String contents(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String read(String file) {
        return contents(file);
    }

    @Override
    public @Nullable String readAgain(String file) {
        lock.lock();
        try {
            RandomAccessFile kept = open.get(file);
            if (kept == null) {
                if (!keepsOpen || OPEN.get() >= MOST_OPEN) {
                    return contents(file);
                }
                kept = new RandomAccessFile(file, "r");
                OPEN.incrementAndGet();
                open.put(file, kept);
            }
            kept.seek(0);
            byte[] bytes = new byte[ENOUGH / 16];
            int length = kept.read(bytes);
            return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the open files. Later reads open their file each time. */
    @Override
    public void close() {
        lock.lock();
        try {
            keepsOpen = false;
            for (RandomAccessFile file : open.values()) {
                OPEN.decrementAndGet();
                file.close();
            }
            open.clear();
        } catch (IOException e) {
            // there is nothing to write, so nothing is lost
        } finally {
            lock.unlock();
        }
    }
}
