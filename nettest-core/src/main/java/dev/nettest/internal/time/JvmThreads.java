package dev.nettest.internal.time;

import dev.nettest.internal.sync.TrackedThread;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out if any thread of the JVM can still act by itself: it runs, reads from outside, or waits with a timeout.
 * Threads of the test framework and of the JDK do not count.
 */
public final class JvmThreads {

    /**
     * Threads that do not count: the daemon threads from before the first network, which are those of the framework
     * that runs the tests, and those that were disregarded since.
     */
    private static final Set<Long> DISREGARDED = daemons();

    /** Threads of the test framework, the IDE and the JDK. The JDK's unblocker always looks as if it ran. */
    private static final Set<String> HARNESS_PREFIXES = Set.of(
            "surefire-",
            "junit-jupiter-timeout-watcher",
            "Monitor Ctrl-Break",
            "nettest-",
            "process reaper",
            "JDWP",
            "Common-Cleaner",
            "VirtualThread-unblocker");

    /** Wait for the end of a test, with its time limit. */
    private static final Set<String> FRAMEWORK_PACKAGES =
            Set.of("org.junit.", "org.testng.", "io.kotest.", "org.gradle.", "org.apache.maven.");

    private JvmThreads() {}

    /** Loaded with its first use. Keeps the types of the module {@code java.management} out of the outer class. */
    private static final class Bean {

        /** Null if the runtime lacks that module, or does not tell the times. */
        private static final @Nullable Bean INSTANCE = find();

        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

        private static @Nullable Bean find() {
            try {
                Bean found = new Bean();
                return found.threads.isThreadCpuTimeSupported() && found.threads.isThreadCpuTimeEnabled()
                        ? found
                        : null;
            } catch (LinkageError | UnsupportedOperationException e) {
                return null;
            }
        }

        long cpuTime(Thread thread) {
            return threads.getThreadCpuTime(thread.getId());
        }
    }

    private static Set<Long> daemons() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root != null && root.getParent() != null) {
            root = root.getParent();
        }
        Set<Long> daemons = ConcurrentHashMap.newKeySet();
        if (root != null) {
            Thread[] threads = new Thread[2 * root.activeCount() + 16];
            int count = root.enumerate(threads);
            for (int i = 0; i < count; i++) {
                Thread thread = threads[i];
                if (thread != Thread.currentThread() && thread.isDaemon() && !isPoolWorker(thread)) {
                    daemons.add(thread.getId());
                }
            }
        }
        return daemons;
    }

    /** Notes the threads of the framework, before the first network has others. */
    static void prepare() {}

    /**
     * Never looks at the present threads again, apart from the current one: for a test beside threads that earlier
     * tests of the same process have left.
     */
    public static void disregardOthers() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread != Thread.currentThread()) {
                DISREGARDED.add(thread.getId());
            }
        }
    }

    /**
     * The CPU time of each thread, if all of them wait for another thread without a timeout. If a later call returns an
     * equal map, none of them has run in between. Null if a thread can act, or if the JDK cannot tell. The current
     * thread is not among them.
     */
    public static @Nullable Map<Long, Long> cpuTimesIfAllWait() {
        Bean bean = Bean.INSTANCE;
        return bean == null ? null : cpuTimes(bean);
    }

    private static @Nullable Map<Long, Long> cpuTimes(Bean bean) {
        Map<Long, Long> times = new HashMap<>();
        Thread current = Thread.currentThread();
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            Thread thread = entry.getKey();
            if (thread == current || isOfHarness(thread) || waitsInNetwork(thread)) {
                continue;
            }
            if (canAct(thread.getState(), entry.getValue())) {
                return null;
            }
            times.put(thread.getId(), bean.cpuTime(thread));
        }
        return times;
    }

    /** The timeout of such a wait is on the network's clock, or only a limit in real time. */
    private static boolean waitsInNetwork(Thread thread) {
        return thread instanceof TrackedThread tracked && tracked.tracking().waiter() != null;
    }

    /** A thread of a network's executor or factory runs code under test, although its name has a prefix of these. */
    private static boolean isOfHarness(Thread thread) {
        if (thread instanceof TrackedThread) {
            return DISREGARDED.contains(thread.getId());
        }
        ThreadGroup group = thread.getThreadGroup();
        return DISREGARDED.contains(thread.getId())
                || HARNESS_PREFIXES.stream().anyMatch(thread.getName()::startsWith)
                || (group != null
                        && group.getParent() == null
                        && !thread.getName().startsWith("VirtualThread-"));
    }

    private static boolean isPoolWorker(Thread thread) {
        return thread.getName().startsWith("ForkJoinPool");
    }

    /** True if {@code thread} can act by itself. */
    static boolean canAct(Thread thread) {
        return !isOfHarness(thread) && !waitsInNetwork(thread) && canAct(thread.getState(), thread.getStackTrace());
    }

    private static boolean canAct(Thread.State state, StackTraceElement[] stack) {
        return switch (state) {
            case WAITING -> hasFrame(stack, "java.lang.Process", "");
            case TIMED_WAITING -> !isIdleWorker(stack) && !isOfFramework(stack);
            case BLOCKED, TERMINATED -> false;
            case NEW, RUNNABLE -> true;
        };
    }

    /** True for a worker of a pool that waits for a task, until the time after which it ends. */
    private static boolean isIdleWorker(StackTraceElement[] stack) {
        return (hasFrame(stack, "java.util.concurrent.ThreadPoolExecutor", "getTask")
                        && !hasFrame(stack, "java.util.concurrent.ScheduledThreadPoolExecutor", ""))
                || hasFrame(stack, "java.util.concurrent.ForkJoinPool", "awaitWork")
                || hasFrame(stack, "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker", "park");
    }

    private static boolean hasFrame(StackTraceElement[] stack, String classPrefix, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith(classPrefix)
                    && (method.isEmpty() || frame.getMethodName().equals(method))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfFramework(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                return FRAMEWORK_PACKAGES.stream().anyMatch(name::startsWith);
            }
        }
        return false;
    }
}
