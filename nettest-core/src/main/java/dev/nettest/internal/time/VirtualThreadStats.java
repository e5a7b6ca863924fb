package dev.nettest.internal.time;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's statistics of all virtual threads: how many are mounted, how many are queued. Available since JDK 24, if
 * the module {@code jdk.management} is present.
 */
final class VirtualThreadStats {

    /** Names of carrier threads begin like this. */
    private static final String CARRIERS = "ForkJoinPool-1-";

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
        return ProcThread.named(List.of(CARRIERS, UNPARKERS));
    }
}
