package dev.nettest;

import dev.nettest.internal.util.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The effect of one direction of a {@link Link} on its traffic, in the terms of Linux netem (tc-netem(8)). Immutable.
 * Take {@link #NONE}, {@link #latency(Duration)} or a {@link LinkProfile}, or build one:
 *
 * <pre>{@code
 * Impairment wan = Impairment.builder().latency(Duration.ofMillis(40)).jitter(Duration.ofMillis(5)).loss(0.01).build();
 * }</pre>
 *
 * <p>Datagrams are delayed, lost, duplicated, reordered and corrupted. The bytes of a stream arrive once and in
 * order; a lost segment costs the time of its retransmissions. All random choices derive from the network's seed.
 */
public final class Impairment {

    /** The distribution of delays within the jitter. */
    public enum Distribution {
        /** Each delay within the jitter is equally likely. */
        UNIFORM,
        /** The jitter is the standard deviation of a normal distribution. */
        NORMAL
    }

    /** The fate of a datagram whose IP packet is longer than the MTU. */
    public enum Oversize {
        /** It is sent in fragments, and is lost as a whole if one of them is lost. */
        FRAGMENT,
        /** It is lost, and the sender learns nothing: a router drops it, and its ICMP message is lost too. */
        DROP,
        /** The send fails with {@code Message too long}: the sender knows the MTU and may not fragment. */
        REFUSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** No impairment: everything arrives at once, as without a link. */
    public static final Impairment NONE = builder().build();

    private static final int MIN_MTU = 68;

    /** The values, which never change. */
    private final Builder values;

    private Impairment(Builder values) {
        this.values = new Builder(values);
    }

    /**
     * Only a latency: the one-way delay of everything.
     *
     * @throws IllegalArgumentException if {@code oneWay} is negative
     */
    public static Impairment latency(Duration oneWay) {
        return builder().latency(oneWay).build();
    }

    /** A builder that starts with {@link #NONE}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with this impairment. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** The one-way delay of everything. */
    public Duration latency() {
        return Duration.ofNanos(values.latency);
    }

    /** The variation of the latency. */
    public Duration jitter() {
        return Duration.ofNanos(values.jitter);
    }

    /** The distribution of the variation. */
    public Distribution distribution() {
        return values.distribution;
    }

    /** Bits per second; 0 for no limit. */
    public long rate() {
        return values.rate;
    }

    /** True if the headers of each packet count against the rate. */
    public boolean countsHeaders() {
        return values.countsHeaders;
    }

    /** The longest IP packet in bytes; 0 for no limit. */
    public int mtu() {
        return values.mtu;
    }

    /** The fate of longer datagrams. */
    public Oversize oversize() {
        return values.oversize;
    }

    /** The share of packets that is lost in the long run, from 0 to 1. */
    public double loss() {
        double turns = values.goodToBad + values.badToGood;
        return values.goodToBad == 0
                ? values.lossInGood
                : (values.goodToBad * values.lossInBad + values.badToGood * values.lossInGood) / turns;
    }

    /** The probability, at each packet, that a good link turns bad (Gilbert-Elliott); netem's p. 0 without bursts. */
    public double goodToBad() {
        return values.goodToBad;
    }

    /** The probability, at each packet, that a bad link turns good (Gilbert-Elliott); netem's r. */
    public double badToGood() {
        return values.badToGood;
    }

    /** The probability that a bad link loses a packet (Gilbert-Elliott); netem's 1-h. */
    public double lossInBad() {
        return values.lossInBad;
    }

    /**
     * The probability that a good link loses a packet (Gilbert-Elliott); netem's 1-k. All of the loss without bursts.
     */
    public double lossInGood() {
        return values.lossInGood;
    }

    /** The probability that a datagram arrives twice. */
    public double duplicate() {
        return values.duplicate;
    }

    /** The probability that a datagram is not delayed, and so overtakes others. */
    public double reorder() {
        return values.reorder;
    }

    /** The probability that one bit of a datagram is inverted. */
    public double corrupt() {
        return values.corrupt;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Impairment that && all().equals(that.all()));
    }

    @Override
    public int hashCode() {
        return all().hashCode();
    }

    private List<Object> all() {
        return List.of(
                values.latency,
                values.jitter,
                values.distribution,
                values.rate,
                values.countsHeaders,
                values.mtu,
                values.oversize,
                values.goodToBad,
                values.badToGood,
                values.lossInBad,
                values.lossInGood,
                values.duplicate,
                values.reorder,
                values.corrupt);
    }

    /** The arguments of netem: {@code delay 20ms 5ms distribution normal rate 10mbit loss 1%}. */
    @Override
    public String toString() {
        return ImpairmentText.of(this);
    }

    /** Builds an {@link Impairment}. For one thread. */
    public static final class Builder {

        private long latency;
        private long jitter;
        private Distribution distribution = Distribution.UNIFORM;
        private long rate;
        private boolean countsHeaders;
        private int mtu;
        private Oversize oversize = Oversize.FRAGMENT;
        private double goodToBad;
        private double badToGood;
        private double lossInBad;
        private double lossInGood;
        private double duplicate;
        private double reorder;
        private double corrupt;

        private Builder() {}

        private Builder(Builder copied) {
            latency = copied.latency;
            jitter = copied.jitter;
            distribution = copied.distribution;
            rate = copied.rate;
            countsHeaders = copied.countsHeaders;
            mtu = copied.mtu;
            oversize = copied.oversize;
            goodToBad = copied.goodToBad;
            badToGood = copied.badToGood;
            lossInBad = copied.lossInBad;
            lossInGood = copied.lossInGood;
            duplicate = copied.duplicate;
            reorder = copied.reorder;
            corrupt = copied.corrupt;
        }

        /**
         * The one-way delay of everything.
         *
         * @throws IllegalArgumentException if {@code oneWay} is negative
         */
        public Builder latency(Duration oneWay) {
            this.latency = Checks.nanos(Objects.requireNonNull(oneWay, "oneWay"), "latency");
            return this;
        }

        /**
         * The variation of the latency to either side. A delay is never negative. Datagrams then overtake each other;
         * the bytes of a stream do not.
         *
         * @throws IllegalArgumentException if {@code jitter} is negative
         */
        public Builder jitter(Duration jitter) {
            this.jitter = Checks.nanos(jitter, "jitter");
            return this;
        }

        /** The distribution of the variation; initially {@link Distribution#UNIFORM}. */
        public Builder distribution(Distribution distribution) {
            this.distribution = Objects.requireNonNull(distribution, "distribution");
            return this;
        }

        /**
         * The bits per second that all traffic in this direction of the link shares. Only payload bytes count, unless
         * {@link #countHeaders} is set. Traffic above the rate waits in a queue without a bound.
         *
         * @throws IllegalArgumentException if {@code bitsPerSecond} is less than 1
         */
        public Builder rate(long bitsPerSecond) {
            this.rate = Checks.positive(bitsPerSecond, "rate");
            return this;
        }

        /** Removes the rate: everything is transmitted at once. */
        public Builder unlimitedRate() {
            this.rate = 0;
            return this;
        }

        /**
         * Counts the headers of each packet against the rate too, like netem. IPv4 has 20 bytes and IPv6 40, UDP 8 and
         * TCP 20. The header of the link layer, which netem counts on Ethernet, does not count here.
         */
        public Builder countHeaders(boolean count) {
            this.countsHeaders = count;
            return this;
        }

        /**
         * The longest IP packet, headers included; longer datagrams are sent in {@linkplain Oversize#FRAGMENT
         * fragments}. Segments of a stream get {@code bytes} less the headers of IP and TCP.
         *
         * @throws IllegalArgumentException if it is less than 68, the least that every link carries (RFC 791, 3.2)
         */
        public Builder mtu(int bytes) {
            return mtu(bytes, Oversize.FRAGMENT);
        }

        /** Like {@link #mtu(int)}, with the fate of longer datagrams. */
        public Builder mtu(int bytes, Oversize oversize) {
            if (bytes < MIN_MTU) {
                throw new IllegalArgumentException("mtu must be at least " + MIN_MTU + " bytes: " + bytes);
            }
            this.mtu = bytes;
            this.oversize = Objects.requireNonNull(oversize, "oversize");
            return this;
        }

        /** Removes the MTU: datagrams of any length travel whole. */
        public Builder unlimitedMtu() {
            this.mtu = 0;
            this.oversize = Oversize.FRAGMENT;
            return this;
        }

        /**
         * Loses each packet with this probability, independently of others.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder loss(double probability) {
            return loss(0, 0, 0, Checks.probability(probability, "loss"));
        }

        /**
         * Loses packets in bursts, by the Gilbert model: a good link loses nothing, a bad link loses everything.
         *
         * @param goodToBad the probability, at each packet, that a good link turns bad; netem's p
         * @param badToGood the probability, at each packet, that a bad link turns good; netem's r
         * @throws IllegalArgumentException if one of them is not from 0 to 1
         */
        public Builder lossGilbert(double goodToBad, double badToGood) {
            return lossGilbertElliott(goodToBad, badToGood, 1, 0);
        }

        /**
         * Loses packets in bursts, by the Gilbert-Elliott model: the link is good or bad, and each state has its own
         * loss.
         *
         * @param goodToBad the probability, at each packet, that a good link turns bad; netem's p
         * @param badToGood the probability, at each packet, that a bad link turns good; netem's r
         * @param lossInBad the probability that a bad link loses a packet; netem's 1-h
         * @param lossInGood the probability that a good link loses a packet; netem's 1-k
         * @throws IllegalArgumentException if one of them is not from 0 to 1
         */
        public Builder lossGilbertElliott(double goodToBad, double badToGood, double lossInBad, double lossInGood) {
            return loss(
                    Checks.probability(goodToBad, "goodToBad"),
                    Checks.probability(badToGood, "badToGood"),
                    Checks.probability(lossInBad, "lossInBad"),
                    Checks.probability(lossInGood, "lossInGood"));
        }

        private Builder loss(double goodToBad, double badToGood, double lossInBad, double lossInGood) {
            this.goodToBad = goodToBad;
            this.badToGood = badToGood;
            this.lossInBad = lossInBad;
            this.lossInGood = lossInGood;
            return this;
        }

        /**
         * Delivers a datagram twice, with this probability.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder duplicate(double probability) {
            this.duplicate = Checks.probability(probability, "duplicate");
            return this;
        }

        /**
         * Does not delay a datagram, with this probability, so that it overtakes those before it. Needs a latency.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder reorder(double probability) {
            this.reorder = Checks.probability(probability, "reorder");
            return this;
        }

        /**
         * Inverts one bit of a datagram, with this probability.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder corrupt(double probability) {
            this.corrupt = Checks.probability(probability, "corrupt");
            return this;
        }

        /**
         * Builds the impairment.
         *
         * @throws IllegalArgumentException if it reorders without a latency: there is nothing to overtake
         */
        public Impairment build() {
            if (reorder > 0 && latency == 0 && jitter == 0) {
                throw new IllegalArgumentException(
                        "reorder " + reorder + " without a latency: there is no delayed datagram to overtake");
            }
            return new Impairment(this);
        }
    }
}
