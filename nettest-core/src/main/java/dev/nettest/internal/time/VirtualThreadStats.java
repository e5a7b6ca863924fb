package dev.nettest.internal.time;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's statistics of all virtual threads: how many are mounted, how many are queued. Available since JDK 24, if
 * the module {@code jdk.management} is present.
 */
final class VirtualThreadStats {

    /** Names of carrier threads begin like this. A number follows, which depends on the pools made before. */
    private static final String ANY_POOL = "ForkJoinPool-";

    private static final String WORKER = "worker-";

    /** Linux keeps so many bytes of a name. */
    private static final int KEPT = 15;

    /** The beginning of the names of carrier threads; with those of other pools until one is known. */
    private static volatile String carriers = ANY_POOL;

    /**
     * Names of the JDK's unblocker and unparker threads begin like this, as far as Linux keeps them. These threads
     * queue a virtual thread after a monitor was released or a timeout has passed. Until then it is neither queued nor
     * mounted.
     */
    private static final String UNPARKERS = "VirtualThread-u";

    private static final @Nullable VirtualThreadStats AVAILABLE = find();

    private final Object bean;
    private final Method mounted;
    private final Method queued;

    private VirtualThreadStats(Object bean, Class<?> type) throws NoSuchMethodException {
        this.bean = bean;
        this.mounted = type.getMethod("getMountedVirtualThreadCount");
        this.queued = type.getMethod("getQueuedVirtualThreadCount");
    }

    /** Null if this JDK has no such statistics. */
    static @Nullable VirtualThreadStats available() {
        return AVAILABLE;
    }

    private static @Nullable VirtualThreadStats find() {
        try {
            Class<?> type = Class.forName("jdk.management.VirtualThreadSchedulerMXBean");
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Object bean = factory.getMethod("getPlatformMXBean", Class.class).invoke(null, type);
            return bean == null ? null : new VirtualThreadStats(bean, type);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Learns the names of carrier threads from the current thread, which is virtual. */
    static void learnCarriers() {
        if (carriers.equals(ANY_POOL)) {
            carriers = carriers(Thread.currentThread().toString());
        }
    }

    /**
     * The beginning of the names of carrier threads, as far as Linux keeps it.
     *
     * @param running a running virtual thread as text, for example {@code
     *     VirtualThread[#30]/runnable@ForkJoinPool-2-worker-1}
     */
    static String carriers(String running) {
        String carrier = running.substring(running.lastIndexOf('@') + 1);
        int end = carrier.indexOf(WORKER);
        if (!carrier.startsWith(ANY_POOL) || end < 0) {
            return ANY_POOL;
        }
        return carrier.substring(0, Math.min(KEPT, end));
    }

    /** True if no virtual thread is mounted or queued. */
    boolean isNoneRunnable() {
        try {
            long waiting = (Long) queued.invoke(bean);
            int running = (Integer) mounted.invoke(bean);
            return running == 0 && waiting == 0;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** The JDK's threads that run or wake virtual threads. All of them sleep if no virtual thread can run. */
    static List<ProcThread> threads() {
        return ProcThread.named(List.of(carriers, UNPARKERS));
    }
}
