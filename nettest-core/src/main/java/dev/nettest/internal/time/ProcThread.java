package dev.nettest.internal.time;

import dev.nettest.internal.sync.Threads;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A thread in {@code /proc} on Linux. When the call that wakes a thread returns, Linux no longer shows the thread as
 * sleeping, even if it has not run yet. The JDK updates its own thread state later. So only {@code /proc} can answer
 * soundly if a thread still waits.
 */
final class ProcThread {

    /** The thread does not sleep, or its state is unknown. */
    static final long AWAKE = -1;

    /** The thread has ended. */
    static final long GONE = -2;

    private static final Path TASKS = Path.of("/proc/self/task");

    /** More bytes than a status file has. */
    private static final int ENOUGH = 4096;

    private final String statusFile;

    private ProcThread(Path task) {
        this.statusFile = task.resolve("status").toString();
    }

    /**
     * The current thread; null if the system does not tell, or for a virtual thread. It is identified by
     * {@code /proc/thread-self}, which cannot confuse threads of the same name.
     */
    static @Nullable ProcThread current() {
        if (Threads.isVirtual(Thread.currentThread())) {
            return null;
        }
        try {
            Path task = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            ProcThread thread = new ProcThread(TASKS.resolve(task));
            String status = thread.read();
            // Rejects an emulated /proc that has no switch counters, or that shows this running thread as sleeping.
            return status != null && state(status) == 'R' && switches(status) >= 0 ? thread : null;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** The threads whose name begins with one of {@code prefixes}. Linux keeps the first 15 bytes of a name. */
    static List<ProcThread> named(List<String> prefixes) {
        List<ProcThread> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                String name = contents(task.resolve("comm").toString());
                if (name != null && prefixes.stream().anyMatch(name::startsWith)) {
                    found.add(new ProcThread(task));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /**
     * Context switches so far if the thread sleeps, else {@link #AWAKE} or {@link #GONE}. Two equal numbers mean that
     * it slept all the time in between.
     */
    long switchesIfAsleep() {
        String status = read();
        if (status == null) {
            return GONE;
        }
        return state(status) == 'S' ? switches(status) : AWAKE;
    }

    private @Nullable String read() {
        return contents(statusFile);
    }

    private static @Nullable String contents(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    private static char state(String status) {
        String label = "\nState:\t";
        int at = status.indexOf(label);
        return at < 0 ? '?' : status.charAt(at + label.length());
    }

    private static long switches(String status) {
        long voluntary = number(status, "\nvoluntary_ctxt_switches:\t");
        long involuntary = number(status, "\nnonvoluntary_ctxt_switches:\t");
        return voluntary < 0 || involuntary < 0 ? AWAKE : voluntary + involuntary;
    }

    private static long number(String status, String label) {
        int at = status.indexOf(label);
        if (at < 0) {
            return -1;
        }
        int from = at + label.length();
        int to = status.indexOf('\n', from);
        return to < 0 ? -1 : Long.parseLong(status, from, to, 10);
    }
}
