package dev.nettest.internal.time;

import dev.nettest.internal.sync.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A thread in {@code /proc} on Linux. When the call that wakes a thread returns, Linux no longer shows the thread as
 * sleeping, even if it has not run yet. The JDK updates its own thread state later. So only {@code /proc} can answer
 * soundly if a thread still waits. A thread may read these files of all threads of its process without privileges.
 *
 * <p><b>Parked threads.</b> The file {@code schedstat} has the number of times that the thread has arrived on a
 * processor. The kernel counts an arrival before the thread runs. The file {@code wchan} has the function in which the
 * thread sleeps, else {@code 0}. The kernel writes a name only if the thread has left its run queue, and if no
 * wake-up of it has begun ({@code get_wchan} in Linux). It may still be on its way off the processor, but a wake-up
 * takes effect only after that. So such a thread runs again only after a wake-up and an arrival. Let a thread have
 * <i>n</i> arrivals, then sleep at <i>a</i>, then sleep at <i>b</i>, and then still have <i>n</i> arrivals. Then it
 * slept from <i>a</i> to <i>b</i>:
 *
 * <ul>
 *   <li>Suppose that a wake-up of it began between. It sleeps at <i>b</i>, so it went to sleep again before.
 *   <li>A thread goes to sleep only by itself, on a processor. So it arrived there after <i>a</i>.
 *   <li>The kernel counts that arrival before <i>b</i>, so there would be more than <i>n</i>.
 * </ul>
 *
 * <p>The number has to be read before <i>a</i>. After it, the number may include the arrival of a thread that still
 * runs. The reading at <i>b</i> is needed every time: a thread that was woken has not arrived yet, and only
 * {@code wchan} shows that. From then on a proof is one look: <i>a</i> may be the instant <i>b</i> of an earlier proof.
 *
 * <p>A name proves nothing about the kind of the sleep, unless it is a function that sleeps in one way only, see
 * {@link ProcText#isFutexWait}. A parked thread is in such a function.
 *
 * <p><b>All other sleeps.</b> The file {@code status} has the state and the number of context switches. Two equal
 * readings of it prove nothing: a thread shows the state S some time before it leaves the processor. If it is woken
 * before that, it continues, and the kernel counts no switch. It can do so again and again.
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
 * sleep from a wait for a disk, after which a thread continues by itself. If the system does not have the file, equal
 * numbers of switches have to do.
 *
 * <p>Since Linux 6.12 a thread may stay in its run queue for a moment after it has gone to sleep. Then {@code wchan} is
 * {@code 0}. Reading {@code syscall} makes the kernel take it out, so that the next look finds it parked.
 */
final class ProcThread {

    /** The thread does not sleep, or its state is unknown. */
    static final long AWAKE = -1;

    /** The thread has ended. */
    static final long GONE = -2;

    private static final Path TASKS = Path.of("/proc/self/task");

    /** A mark is a number of arrivals or switches, times this, plus its kind. */
    private static final long KINDS = 4;

    /** The kind of a mark: arrivals, then a sleep in a futex. */
    private static final long ARRIVALS = 1;

    /** The kind of a mark: switches, then the state S, which alone proves no sleep. */
    private static final long SWITCHES = 2;

    /** The kind of a mark: switches, with a proof that the thread slept after them. */
    private static final long PROVEN_SWITCHES = 3;

    private final String schedstatFile;
    private final String wchanFile;
    private final String statusFile;
    private final String syscallFile;
    private final Kernel kernel;
    private final Source source;

    /** The mark of the latest proof that the thread slept; {@link #AWAKE} if there is none. */
    private volatile long provenMark = AWAKE;

    /** The best file of {@code /proc} for the purpose, on a kernel. */
    enum Kernel {
        /** {@code wchan} tells in which function a parked thread sleeps. */
        WCHAN,

        /** {@code syscall} tells if a thread is off the processor. */
        SYSCALL,

        /** {@code status} has the state and the number of switches. */
        STATUS;

        private static final Kernel CURRENT = current();

        /** A process may be forbidden to read its own files. */
        private static Kernel current() {
            if (ProcText.hasLockedWchan(System.getProperty("os.version", ""))) {
                ByteBuffer schedstat = ProcFiles.contents("/proc/thread-self/schedstat");
                ByteBuffer wchan = ProcFiles.contents("/proc/thread-self/wchan");
                // This thread has arrived, and does not sleep.
                if (schedstat != null && ProcText.arrivals(schedstat) > 0 && wchan != null && isZero(wchan)) {
                    return WCHAN;
                }
            }
            return ProcFiles.contents("/proc/thread-self/syscall") == null ? STATUS : SYSCALL;
        }

        private static boolean isZero(ByteBuffer wchan) {
            return wchan.remaining() == 1 && wchan.get(0) == '0';
        }
    }

    /** The contents of files. */
    interface Source {

        /**
         * The contents of a file, until the current thread reads the next one. Null if its thread has ended. Nothing if
         * it cannot be read for another reason.
         *
         * @param again true if the file will be read again
         */
        @Nullable
        ByteBuffer read(String file, boolean again);

        /** The files will hardly be read again. */
        void close();
    }

    private ProcThread(Path task, boolean keepsOpen) {
        this(task, Kernel.CURRENT, new ProcFiles(keepsOpen));
    }

    ProcThread(Path task, Kernel kernel, Source source) {
        this.schedstatFile = task.resolve("schedstat").toString();
        this.wchanFile = task.resolve("wchan").toString();
        this.statusFile = task.resolve("status").toString();
        this.syscallFile = task.resolve("syscall").toString();
        this.kernel = kernel;
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
            ByteBuffer status = ProcFiles.contents(thread.statusFile);
            // Rejects an emulated /proc that has no switch counters, or that shows this running thread as sleeping.
            return status != null && ProcText.isRunning(status) && ProcText.switches(status) >= 0 ? thread : null;
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    /** The threads whose name begins with one of {@code prefixes}. Linux keeps the first 15 bytes of a name. */
    static List<ProcThread> named(List<String> prefixes) {
        List<ProcThread> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                ByteBuffer comm = ProcFiles.contents(task.resolve("comm").toString());
                if (comm != null && prefixes.stream().anyMatch(ProcText.text(comm)::startsWith)) {
                    found.add(new ProcThread(task, false));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return found;
    }

    /**
     * A mark of the sleep in which the thread seems to be, else {@link #AWAKE} or {@link #GONE}. Equal marks are
     * marks of the same sleep. Only {@link #hasSleptSince} proves that the thread sleeps.
     */
    long markIfAsleep() {
        if (kernel == Kernel.WCHAN) {
            long arrivals = arrivals();
            if (arrivals == GONE) {
                return GONE;
            }
            if (isInFutexWait()) {
                return mark(arrivals, ARRIVALS);
            }
        }
        long switches = switchesIfAsleep();
        return switches < 0 ? switches : mark(switches, SWITCHES);
    }

    /**
     * True if the thread has slept from the instant of {@code mark} to the begin of this call, and some time beyond.
     *
     * @param mark a result of {@link #markIfAsleep}, which is its instant, or of {@link #provenMark}
     */
    boolean hasSleptSince(long mark) {
        long count = mark / KINDS;
        long kind = mark % KINDS;
        boolean slept = kind == ARRIVALS
                ? isInFutexWait() && arrivals() == count
                : (kind == PROVEN_SWITCHES || switchesIfAsleep() == count)
                        && isOffProcessor()
                        && switchesIfAsleep() == count;
        if (!slept) {
            provenMark = AWAKE;
        } else if (kind == ARRIVALS) {
            provenMark = mark;
        } else {
            // Otherwise the next look may find the thread parked, which is a cheaper proof.
            provenMark = kernel == Kernel.SYSCALL ? mark(count, PROVEN_SWITCHES) : AWAKE;
        }
        return slept;
    }

    /**
     * The mark of the latest proof that the thread slept; {@link #AWAKE} if a proof has failed after it. Its instant is
     * that of the proof, or an earlier one.
     */
    long provenMark() {
        return provenMark;
    }

    private static long mark(long count, long kind) {
        return count < 0 ? AWAKE : count * KINDS + kind;
    }

    private long arrivals() {
        ByteBuffer schedstat = source.read(schedstatFile, true);
        return schedstat == null ? GONE : ProcText.arrivals(schedstat);
    }

    private boolean isInFutexWait() {
        ByteBuffer wchan = source.read(wchanFile, true);
        return wchan != null && ProcText.isFutexWait(wchan);
    }

    /** Context switches so far if the thread seems to sleep, else {@link #AWAKE} or {@link #GONE}. */
    private long switchesIfAsleep() {
        ByteBuffer status = source.read(statusFile, kernel != Kernel.WCHAN);
        if (status == null) {
            return GONE;
        }
        return ProcText.isInterruptible(status) ? ProcText.switches(status) : AWAKE;
    }

    private boolean isOffProcessor() {
        if (kernel == Kernel.STATUS) {
            return true;
        }
        ByteBuffer call = source.read(syscallFile, kernel != Kernel.WCHAN);
        return call != null && ProcText.isInSystemCall(call);
    }

    /** The thread will hardly be probed again: closes its files. */
    void close() {
        source.close();
    }
}
