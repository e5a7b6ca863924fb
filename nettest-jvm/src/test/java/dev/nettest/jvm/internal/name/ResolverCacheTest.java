package dev.nettest.jvm.internal.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long the answers of the platform's resolver stay. */
class ResolverCacheTest {

    private static final String NAME = "host.test";
    private static final List<InetAddress> ADDRESSES = List.of(InetAddress.getLoopbackAddress());

    private long now = Long.MAX_VALUE - 5; // the clock of the JVM may overflow
    private int lookups;

    private void passSeconds(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private List<InetAddress> known(ResolverCache cache) throws UnknownHostException {
        return cache.addresses(NAME, NAME, () -> {
            lookups++;
            return ADDRESSES;
        });
    }

    private List<InetAddress> unknown(ResolverCache cache) throws UnknownHostException {
        return cache.addresses(NAME, NAME, () -> {
            lookups++;
            throw new UnknownHostException(NAME + ": Name or service not known");
        });
    }

    @Test
    void addressesStayForTheirSeconds() throws Exception {
        ResolverCache cache = new ResolverCache(30, 0, () -> now);

        assertThat(known(cache)).isEqualTo(ADDRESSES);
        passSeconds(29);
        assertThat(known(cache)).isEqualTo(ADDRESSES);
        assertThat(lookups).isEqualTo(1);

        passSeconds(1);
        assertThat(known(cache)).isEqualTo(ADDRESSES);
        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void anUnknownNameStaysForItsSecondsWithTheShortTextOfTheJdk() {
        ResolverCache cache = new ResolverCache(0, 10, () -> now);

        assertThatThrownBy(() -> unknown(cache)).hasMessage(NAME + ": Name or service not known");
        passSeconds(9);
        assertThatThrownBy(() -> unknown(cache))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage(NAME);
        assertThat(lookups).isEqualTo(1);

        passSeconds(1);
        assertThatThrownBy(() -> unknown(cache)).hasMessage(NAME + ": Name or service not known");
        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void zeroSecondsKeepNothing() throws Exception {
        ResolverCache cache = new ResolverCache(0, 0, () -> now);

        known(cache);
        known(cache);

        assertThat(lookups).isEqualTo(2);
    }

    @Test
    void aCacheWithoutEndAsksOnce() throws Exception {
        ResolverCache cache = new ResolverCache(ResolverCache.FOREVER, 0, () -> now);

        known(cache);
        passSeconds(1_000_000);
        known(cache);

        assertThat(lookups).isEqualTo(1);
    }

    @Test
    void anotherQuestionHasAnotherAnswer() throws Exception {
        ResolverCache cache = new ResolverCache(30, 30, () -> now);

        known(cache);

        assertThat(cache.addresses(NAME, "IPv6", List::of)).isEmpty();
        assertThat(known(cache)).isEqualTo(ADDRESSES);
        assertThat(lookups).isEqualTo(1);
    }
}
