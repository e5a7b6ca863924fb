package dev.nettest.internal.link;

import dev.nettest.Impairment;
import org.jspecify.annotations.Nullable;

/**
 * The result of a route lookup: the state of the links from one endpoint to another, at one time.
 *
 * @param direction the direction whose impairment applies; null if none does
 * @param rateLimiter the rate limiter of that direction
 * @param impairment the impairment that applies
 * @param state the state of all links that match
 * @param ipv6 true if the addresses are those of IPv6
 */
public record Route(
        @Nullable LinkDirectionImpl direction,
        @Nullable RateLimiter rateLimiter,
        Impairment impairment,
        LinkState state,
        boolean ipv6) {

    /** The route without a link: nothing is delayed or lost. */
    public static final Route FREE = new Route(null, null, Impairment.NONE, LinkState.OPEN, false);

    /** True if nothing gets through now. */
    public boolean isStopped() {
        return partitioned() || held();
    }

    /** True if a matching link is partitioned. */
    public boolean partitioned() {
        return state.cut() != null;
    }

    /** True if a matching link is held. */
    public boolean held() {
        return state.held();
    }

    /** Counts a lost packet: at the partitioned direction, or at the one whose impairment applies. */
    public void countLost() {
        LinkDirectionImpl loses = state.cut() == null ? direction : state.cut();
        if (loses != null) {
            loses.countLost();
        }
    }
}
