package dev.nettest;

import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK says of its virtual threads, all of them: how many are mounted, how many are queued to be. Known since JDK 24, and only
 * where the module {@code jdk.management} is there.
 */
final class VirtualThreadScheduler {

    /** The threads that carry virtual ones, by the name that Linux keeps of them. */
    private static final String CARRIERS = "ForkJoinPool-1-";

    /** Those that queue virtual ones whose monitor was left or whose time is up, who are neither queued nor mounted until then. */
    private static final String HELPERS = "VirtualThread-u";

    private static final @Nullable VirtualThreadScheduler KNOWN = find();

    private final Object bean;
    private final Method mounted;
    private final Method queued;

    private VirtualThreadScheduler(Object bean, Class<?> type) throws NoSuchMethodException {
        this.bean = bean;
        this.mounted = type.getMethod("getMountedVirtualThreadCount");
        this.queued = type.getMethod("getQueuedVirtualThreadCount");
    }

    static @Nullable VirtualThreadScheduler known() {
        return KNOWN;
    }

    private static @Nullable VirtualThreadScheduler find() {
        try {
            Class<?> type = Class.forName("jdk.management.VirtualThreadSchedulerMXBean");
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Object bean = factory.getMethod("getPlatformMXBean", Class.class).invoke(null, type);
            return bean == null ? null : new VirtualThreadScheduler(bean, type);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Whether no virtual thread is mounted, and none queued. */
    boolean isStill() {
        try {
            long waiting = (Long) queued.invoke(bean);
            int running = (Integer) mounted.invoke(bean);
            return running == 0 && waiting == 0;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** The threads that must sleep where no virtual one runs. */
    static List<OsThread> threads() {
        return OsThread.named(List.of(CARRIERS, HELPERS));
    }
}
