package dev.nettest.internal.time;

import dev.nettest.internal.sync.Threads;
import java.io.IOException;
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
 *
 * <p>The file {@code status} has the state and the number of context switches. Two equal readings of it prove nothing:
 * a thread shows the state S some time before it leaves the processor. If it is woken before that, it continues, and
 * the kernel counts no switch. It can do so again and again.
 *
 * <p>The file {@code syscall} closes this gap. It has the number of the system call only if the kernel found the thread
 * off the processor and in no run queue, else {@code running} ({@code wait_task_inactive} in Linux). Let a thread have
 * <i>n</i> switches at an instant <i>a</i>. Later, at <i>b</i>, the kernel finds it off the processor, and after that
 * it still has <i>n</i> switches. Then it slept from <i>a</i> to <i>b</i>:
 *
 * <ul>
 *   <li>Suppose that it was on the processor at any instant between. Then it left the processor before <i>b</i>. The
 *       kernel counts a switch before a thread has left, so there would be more than <i>n</i>.
 *   <li>Suppose that it was in a run queue at any instant between. It leaves a run queue only from the processor, see
 *       above, and at <i>b</i> it was in none.
 * </ul>
 *
 * <p>Its state did not change either while it slept. A reading between <i>a</i> and <i>b</i> tells an interruptible
 * sleep from a wait for a disk, after which a thread continues by itself.
 *
 * <p>From then on a proof is cheaper: <i>a</i> may be the instant <i>b</i> of an earlier proof. The last reading of the
 * state is needed every time. A thread that was woken from another processor is in no run queue for a moment, and only
 * its state shows that.
 *
 * <p>A thread may read {@code syscall} of all threads of its process without privileges. If the system does not have
 * the file, equal numbers of switches have to do.
 */
final class ProcThread {

    /** The thread does not sleep, or its state is unknown. */
    static final long AWAKE = -1;

    /** The thread has ended. */
    static final long GONE = -2;

    private static final Path TASKS = Path.of("/proc/self/task");

    /** False on a kernel without this file, and in a process that may not read its own files. */
    private static final boolean HAS_SYSCALL = ProcFiles.contents("/proc/thread-self/syscall") != null;

    private final String statusFile;
    private final @Nullable String syscallFile;
    private final Source source;

    /** The context switches at the latest proof that the thread slept; {@link #AWAKE} if there is none. */
    private volatile long provenSwitches = AWAKE;

    /** The contents of files. */
    interface Source {

        /** The contents of a file that will be read again; null if it cannot be read. */
        @Nullable
        String readAgain(String file);

        /** The files will hardly be read again. */
        void close();
    }

    private ProcThread(Path task, boolean keepsOpen) {
        this(task, HAS_SYSCALL, new ProcFiles(keepsOpen));
    }

    /** @param hasSyscall true if the system has the file {@code syscall} */
    ProcThread(Path task, boolean hasSyscall, Source source) {
        this.statusFile = task.resolve("status").toString();
        this.syscallFile = hasSyscall ? task.resolve("syscall").toString() : null;
        this.source = source;
    }

    /**
     * The current thread; null if the system does not tell, or for a virtual thread. It is identified by
     * {@code /proc/thread-self}, which cannot confuse threads of the same name.
     *
     * @param keepsOpen true to keep files open until {@link #close}, for a thread that is probed often
     */
    static @Nullable ProcThread current(boolean keepsOpen) {
        if (Threads.isVirtual(Thread.currentThread())) {
            return null;
        }
        try {
            Path task = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
            ProcThread thread = new ProcThread(TASKS.resolve(task), keepsOpen);
            String status = ProcFiles.contents(thread.statusFile);
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
                String name = ProcFiles.contents(task.resolve("comm").toString());
                if (name != null && prefixes.stream().anyMatch(name::startsWith)) {
                    found.add(new ProcThread(task, false));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /**
     * Context switches so far if the thread seems to sleep, else {@link #AWAKE} or {@link #GONE}. Only {@link
     * #hasSleptSince} proves that it sleeps.
     */
    long switchesIfAsleep() {
        String status = source.readAgain(statusFile);
        if (status == null) {
            return GONE;
        }
        return state(status) == 'S' ? switches(status) : AWAKE;
    }

    /**
     * True if the thread has slept from the end of a call of {@link #switchesIfAsleep} to the begin of this call, and
     * some time beyond.
     *
     * @param switches the result of that call, not negative
     */
    boolean hasSleptSince(long switches) {
        boolean slept = switchesIfAsleep() == switches && isOffProcessor() && switchesIfAsleep() == switches;
        provenSwitches = slept && syscallFile != null ? switches : AWAKE;
        return slept;
    }

    /** True if there is a proof: a call of {@link #hasSleptSince} was true, and no proof has failed after it. */
    boolean isProven() {
        return provenSwitches != AWAKE;
    }

    /** True if the thread has slept from the latest proof, see {@link #isProven}, to the begin of this call. */
    boolean hasSleptSinceProof() {
        long switches = provenSwitches;
        boolean slept = switches != AWAKE && isOffProcessor() && switchesIfAsleep() == switches;
        if (!slept) {
            provenSwitches = AWAKE;
        }
        return slept;
    }

    private boolean isOffProcessor() {
        if (syscallFile == null) {
            return true;
        }
        String call = source.readAgain(syscallFile);
        return call != null && !call.isEmpty() && Character.isDigit(call.charAt(0));
    }

    /** The thread will hardly be probed again: closes its files. */
    void close() {
        source.close();
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
