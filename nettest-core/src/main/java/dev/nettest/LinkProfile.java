package dev.nettest;

import java.time.Duration;

/**
 * Typical links, with published figures. Use a profile as it is, {@code link.impair(LinkProfile.LTE)}, or change one
 * of its directions, {@code LinkProfile.LTE.down().toBuilder()}. Each direction has half of the round trip.
 */
@SuppressWarnings("ImmutableEnumChecker") // impairments are immutable
public enum LinkProfile {

    /**
     * Within a data centre: 0.5 ms round trip (J. Dean, keynote of LADIS 2009), the rate of gigabit Ethernet (IEEE
     * 802.3ab).
     */
    LAN(Duration.ofNanos(500_000), 1_000_000_000, 1_000_000_000),

    /** Across North America: 45 ms round trip (service level agreement of Verizon). */
    CONTINENT(Duration.ofMillis(45), 0, 0),

    /** Between New York and London: 90 ms round trip (service level agreement of Verizon). */
    ATLANTIC(Duration.ofMillis(90), 0, 0),

    /** Between Los Angeles and Tokyo: 160 ms round trip (service level agreement of Verizon). */
    PACIFIC(Duration.ofMillis(160), 0, 0),

    /** 50 ms round trip, 384 kbit/s up, 1.5 Mbit/s down (profile of WebPageTest). */
    DSL(Duration.ofMillis(50), 384_000, 1_500_000),

    /** 28 ms round trip, 1 Mbit/s up, 5 Mbit/s down (profile of WebPageTest). */
    CABLE(Duration.ofMillis(28), 1_000_000, 5_000_000),

    /** 840 ms round trip, 200 kbit/s up, 240 kbit/s down (profile of WebPageTest). */
    EDGE(Duration.ofMillis(840), 200_000, 240_000),

    /** 300 ms round trip, 768 kbit/s up, 1.6 Mbit/s down (profile of WebPageTest). */
    MOBILE_3G(Duration.ofMillis(300), 768_000, 1_600_000),

    /** 170 ms round trip, 9 Mbit/s (profile of WebPageTest). */
    MOBILE_4G(Duration.ofMillis(170), 9_000_000, 9_000_000),

    /** 70 ms round trip, 12 Mbit/s (profile of WebPageTest). */
    LTE(Duration.ofMillis(70), 12_000_000, 12_000_000),

    /**
     * Through a geostationary satellite: 558 ms round trip, for a station at the edge of its view (RFC 2488, section
     * 2).
     */
    SATELLITE(Duration.ofMillis(558), 0, 0);

    private final Impairment up;
    private final Impairment down;

    LinkProfile(Duration roundTrip, long up, long down) {
        this.up = impairment(roundTrip, up);
        this.down = impairment(roundTrip, down);
    }

    private static Impairment impairment(Duration roundTrip, long rate) {
        Impairment.Builder builder = Impairment.builder().latency(roundTrip.dividedBy(2));
        return (rate == 0 ? builder : builder.rate(rate)).build();
    }

    /** The impairment of the direction in which its user sends. */
    public Impairment up() {
        return up;
    }

    /** The impairment of the direction in which its user receives. */
    public Impairment down() {
        return down;
    }
}
