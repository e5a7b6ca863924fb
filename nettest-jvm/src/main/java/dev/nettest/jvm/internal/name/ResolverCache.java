package dev.nettest.jvm.internal.name;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The answers of the platform's resolver, for as long as the JVM caches them by its settings. */
final class ResolverCache {

    /** The setting of the JDK for a cache without an end. */
    static final int FOREVER = -1;

    /** Asks the platform. */
    interface Lookup {

        List<InetAddress> addresses() throws UnknownHostException;
    }

    /**
     * One answer.
     *
     * @param addresses null if the name is unknown
     * @param end in nanoseconds of the clock
     */
    private record Answer(@Nullable List<InetAddress> addresses, boolean isForever, long end) {

        boolean hasEnded(long now) {
            return !isForever && end - now <= 0;
        }
    }

    private final int seconds;
    private final int secondsOfUnknown;
    private final LongSupplier clock;
    private final Map<Object, Answer> answers = new ConcurrentHashMap<>();

    /**
     * @param seconds how long addresses stay; {@link #FOREVER}, or 0 for no cache
     * @param secondsOfUnknown the same for unknown names
     */
    ResolverCache(int seconds, int secondsOfUnknown, LongSupplier clock) {
        this.seconds = seconds;
        this.secondsOfUnknown = secondsOfUnknown;
        this.clock = clock;
    }

    /**
     * The cached answer, or that of {@code lookup}.
     *
     * @param question the name, and what else the answer depends on
     */
    List<InetAddress> addresses(String name, Object question, Lookup lookup) throws UnknownHostException {
        Answer known = answers.get(question);
        if (known == null || known.hasEnded(clock.getAsLong())) {
            return ask(question, lookup);
        }
        if (known.addresses() == null) {
            throw new UnknownHostException(name); // the text of the JDK for a cached failure
        }
        return known.addresses();
    }

    private List<InetAddress> ask(Object question, Lookup lookup) throws UnknownHostException {
        try {
            List<InetAddress> addresses = lookup.addresses();
            keep(question, addresses, seconds);
            return addresses;
        } catch (UnknownHostException e) {
            keep(question, null, secondsOfUnknown);
            throw e;
        }
    }

    private void keep(Object question, @Nullable List<InetAddress> addresses, int lifetime) {
        long now = clock.getAsLong();
        answers.values().removeIf(answer -> answer.hasEnded(now));
        if (lifetime != 0) {
            answers.put(question, new Answer(addresses, lifetime < 0, now + TimeUnit.SECONDS.toNanos(lifetime)));
        }
    }
}
