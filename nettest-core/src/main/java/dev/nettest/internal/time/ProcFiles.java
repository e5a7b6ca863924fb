package dev.nettest.internal.time;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** The most open files of a process: enough for a thousand threads, and half of a low limit (4,096). */
    private static final int MOST_OPEN = 2048;

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(ENOUGH));

    private static final AtomicInteger OPEN = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private final Map<String, FileChannel> open = new HashMap<>(4);

    /** Guarded by {@link #lock}. */
    private boolean keepsOpen;

    /** @param keepsOpen false if the thread will hardly be probed again */
    ProcFiles(boolean keepsOpen) {
        this.keepsOpen = keepsOpen;
    }

    /** The contents of {@code file}; null if it cannot be read. */
    static @Nullable ByteBuffer contents(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return ByteBuffer.wrap(in.readNBytes(ENOUGH));
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable ByteBuffer read(String file, boolean again) {
        if (!again) {
            return contentsIfThere(file);
        }
        lock.lock();
        try {
            FileChannel kept = opened(file);
            if (kept == null) {
                return contentsIfThere(file);
            }
            ByteBuffer bytes = BUFFER.get().clear();
            kept.read(bytes, 0);
            return bytes.flip();
        } catch (ClosedChannelException e) { // an interrupt of the current thread
            drop(file);
            return contentsIfThere(file);
        } catch (IOException e) {
            return null; // an open file cannot be read once its thread has ended
        } finally {
            lock.unlock();
        }
    }

    /** Null if the file is not to be kept open, or cannot be opened. */
    private @Nullable FileChannel opened(String file) {
        FileChannel kept = open.get(file);
        if (kept == null && keepsOpen && OPEN.get() < MOST_OPEN) {
            try {
                kept = FileChannel.open(Path.of(file), StandardOpenOption.READ);
            } catch (IOException e) {
                return null;
            }
            OPEN.incrementAndGet();
            open.put(file, kept);
        }
        return kept;
    }

    /**
     * The contents of {@code file}; null if it does not exist. Nothing if it cannot be read although it exists, because
     * too many files are open: that does not mean that the thread has ended.
     */
    private static @Nullable ByteBuffer contentsIfThere(String file) {
        ByteBuffer contents = contents(file);
        return contents == null && Files.exists(Path.of(file)) ? ByteBuffer.allocate(0) : contents;
    }

    private void drop(String file) {
        if (open.remove(file) != null) {
            OPEN.decrementAndGet();
        }
    }

    /** Closes the open files. Later reads open their file each time. */
    @Override
    public void close() {
        lock.lock();
        try {
            keepsOpen = false;
            for (FileChannel file : open.values()) {
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
