package dev.nettest.jvm.internal.async;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A group of the kernel's channels, and one like it for each host of a network that has a channel of the group. */
final class RoutedGroup extends AsynchronousChannelGroup {

    /** Opens a group with the threads that the user chose. */
    interface Opening {

        AsynchronousChannelGroup with(AsynchronousChannelProvider provider) throws IOException;
    }

    private final AsynchronousChannelGroup kernel;
    private final Opening opening;

    /** Guarded by this object. */
    private final Map<AsynchronousChannelProvider, AsynchronousChannelGroup> memory = new HashMap<>();

    RoutedGroup(AsynchronousChannelProvider provider, AsynchronousChannelGroup kernel, Opening opening) {
        super(provider);
        this.kernel = kernel;
        this.opening = opening;
    }

    static @Nullable AsynchronousChannelGroup kernel(@Nullable RoutedGroup group) {
        return group == null ? null : group.kernel;
    }

    /** The group of channels of {@code provider}, which is that of a network; null is its own group. */
    static @Nullable AsynchronousChannelGroup of(@Nullable RoutedGroup group, AsynchronousChannelProvider provider)
            throws IOException {
        return group == null ? null : group.of(provider);
    }

    private synchronized AsynchronousChannelGroup of(AsynchronousChannelProvider provider) throws IOException {
        if (isShutdown()) {
            throw new ShutdownChannelGroupException();
        }
        memory.values().removeIf(AsynchronousChannelGroup::isTerminated); // of networks that have ended
        AsynchronousChannelGroup known = memory.get(provider);
        if (known == null) {
            known = opening.with(provider);
            memory.put(provider, known);
        }
        return known;
    }

    private synchronized List<AsynchronousChannelGroup> all() {
        List<AsynchronousChannelGroup> all = new ArrayList<>(memory.values());
        all.add(kernel);
        return all;
    }

    @Override
    public boolean isShutdown() {
        return kernel.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return all().stream().allMatch(AsynchronousChannelGroup::isTerminated);
    }

    @Override
    public void shutdown() {
        all().forEach(AsynchronousChannelGroup::shutdown);
    }

    @Override
    public void shutdownNow() throws IOException {
        for (AsynchronousChannelGroup group : all()) {
            group.shutdownNow();
        }
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        for (AsynchronousChannelGroup group : all()) {
            if (!group.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }
}
