package dev.nettest;

import dev.nettest.kernel.Threads;
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
 * A thread as Linux sees it. A thread that was woken does not sleep any more when the call that woke it returns, whether it runs yet
 * or not; what the JDK says of it comes later. That is why a wait that is not ours can be asked about here, and nowhere else.
 */
final class OsThread {

    /** It does not sleep, or nobody can say. */
    static final long AWAKE = -1;

    /** There is no such thread any more. */
    static final long GONE = -2;

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int ENOUGH = 4096;

    private final String status;

    private OsThread(Path task) {
        this.status = task.resolve("status").toString();
    }

    /** The current thread; null where the operating system does not say. It is asked by the thread itself, so no name can mislead. */
    static @Nullable OsThread current() {
        if (Threads.isVirtual(Thread.currentThread())) {
            return null;
        }
        try {
            Path task = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            OsThread thread = new OsThread(TASKS.resolve(task));
            String text = thread.read();
            // An emulation that has no such counters, or says that a thread sleeps while it reads this, is not to be
            // asked.
            return text != null && state(text) == 'R' && switches(text) >= 0 ? thread : null;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** Those whose name begins with one of these, as far as Linux keeps it. */
    static List<OsThread> named(List<String> prefixes) {
        List<OsThread> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                String name = contents(task.resolve("comm").toString());
                if (name != null && prefixes.stream().anyMatch(name::startsWith)) {
                    found.add(new OsThread(task));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /**
     * How often it was switched away from until now, if it sleeps; {@link #AWAKE} or {@link #GONE} otherwise. Two equal answers mean
     * that it slept all the time in between.
     */
    long asleepSince() {
        String text = read();
        if (text == null) {
            return GONE;
        }
        return state(text) == 'S' ? switches(text) : AWAKE;
    }

    private @Nullable String read() {
        return contents(status);
    }

    private static @Nullable String contents(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return new String(in.readNBytes(ENOUGH), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    private static char state(String text) {
        String line = "\nState:\t";
        int at = text.indexOf(line);
        return at < 0 ? '?' : text.charAt(at + line.length());
    }

    private static long switches(String text) {
        long own = number(text, "\nvoluntary_ctxt_switches:\t");
        long forced = number(text, "\nnonvoluntary_ctxt_switches:\t");
        return own < 0 || forced < 0 ? AWAKE : own + forced;
    }

    private static long number(String text, String line) {
        int at = text.indexOf(line);
        if (at < 0) {
            return -1;
        }
        int from = at + line.length();
        int to = text.indexOf('\n', from);
        return to < 0 ? -1 : Long.parseLong(text, from, to, 10);
    }
}
