package dev.nettest.internal.net;

import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.Netem;
import dev.nettest.internal.util.Seeds;
import java.util.HashMap;
import java.util.Map;

/** The netem state of one sender, for each link direction that its datagrams take. */
final class SenderNetems {

    private final DatagramEndpointImpl sender;
    private final Map<LinkDirectionImpl, Netem> netems = new HashMap<>();

    SenderNetems(DatagramEndpointImpl sender) {
        this.sender = sender;
    }

    synchronized Netem of(LinkDirectionImpl direction) {
        return netems.computeIfAbsent(direction, this::create);
    }

    private Netem create(LinkDirectionImpl direction) {
        long seed = Seeds.seed(
                sender.network().seed(),
                Netem.RNG_KEY,
                sender.scope().rngKey(),
                direction.place().hashCode());
        return new Netem(seed, sender.network().connectionTable().timeouts());
    }
}
