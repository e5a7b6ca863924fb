package dev.nettest.internal.link;

import dev.nettest.Impairment;
import org.jspecify.annotations.Nullable;

/**
 * The result of a route lookup: the state of the links from one endpoint to another, at one time.
 *
 * @param direction the direction whose impairment applies; null if none does
 * @param rateLimiter the rate limiter of that direction
 * @param impairment the impairment that applies
 * @param partitioned true if a matching link is partitioned
 * @param held true if a matching link is held
 */
public record Route(
        @Nullable LinkDirectionImpl direction,
        @Nullable RateLimiter rateLimiter,
        Impairment impairment,
        boolean partitioned,
        boolean held) {

    /** The route without a link: nothing is delayed or lost. */
    public static final Route FREE = new Route(null, null, Impairment.NONE, false, false);

    /** True if nothing gets through now. */
    public boolean isStopped() {
        return partitioned || held;
    }
}
