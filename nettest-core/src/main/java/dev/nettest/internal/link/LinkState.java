package dev.nettest.internal.link;

import org.jspecify.annotations.Nullable;

/**
 * The states of all links that match one route.
 *
 * @param held true if one of them is held
 * @param cut a direction that is partitioned; null if none is
 * @param partitions how often any of them was partitioned. It changes if traffic in flight was cut
 */
public record LinkState(boolean held, @Nullable LinkDirectionImpl cut, long partitions) {

    static final LinkState OPEN = new LinkState(false, null, 0);

    LinkState with(LinkDirectionImpl direction) {
        return new LinkState(
                held || direction.isHeld(),
                cut == null && direction.isPartitioned() ? direction : cut,
                partitions + direction.partitions());
    }
}
