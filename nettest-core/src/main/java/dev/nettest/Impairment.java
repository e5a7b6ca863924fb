package dev.nettest;

import dev.nettest.internal.util.Checks;
import dev.nettest.internal.util.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;

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

    /** No impairment: everything arrives at once, as without a link. */
    public static final Impairment NONE = builder().build();

    private final Duration latency;
    private final Duration jitter;
    private final Distribution distribution;
    private final long rate;
    private final double goodToBad;
    private final double badToGood;
    private final double lossInBad;
    private final double lossInGood;
    private final double duplicate;
    private final double reorder;
    private final double corrupt;

    private Impairment(Builder builder) {
        this.latency = Duration.ofNanos(builder.latency);
        this.jitter = Duration.ofNanos(builder.jitter);
        this.distribution = builder.distribution;
        this.rate = builder.rate;
        this.goodToBad = builder.goodToBad;
        this.badToGood = builder.badToGood;
        this.lossInBad = builder.lossInBad;
        this.lossInGood = builder.lossInGood;
        this.duplicate = builder.duplicate;
        this.reorder = builder.reorder;
        this.corrupt = builder.corrupt;
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
        Builder copy = new Builder();
        copy.latency = latency.toNanos();
        copy.jitter = jitter.toNanos();
        copy.distribution = distribution;
        copy.rate = rate;
        copy.goodToBad = goodToBad;
        copy.badToGood = badToGood;
        copy.lossInBad = lossInBad;
        copy.lossInGood = lossInGood;
        copy.duplicate = duplicate;
        copy.reorder = reorder;
        copy.corrupt = corrupt;
        return copy;
    }

    /** The one-way delay of everything. */
    public Duration latency() {
        return latency;
    }

    /** The variation of the latency. */
    public Duration jitter() {
        return jitter;
    }

    /** The distribution of the variation. */
    public Distribution distribution() {
        return distribution;
    }

    /** Bits per second; 0 for no limit. */
    public long rate() {
        return rate;
    }

    /** The share of packets that is lost in the long run, from 0 to 1. */
    public double loss() {
        return goodToBad == 0 ? lossInGood : (goodToBad * lossInBad + badToGood * lossInGood) / (goodToBad + badToGood);
    }

    /** The probability, at each packet, that a good link turns bad (Gilbert-Elliott); netem's p. 0 without bursts. */
    public double goodToBad() {
        return goodToBad;
    }

    /** The probability, at each packet, that a bad link turns good (Gilbert-Elliott); netem's r. */
    public double badToGood() {
        return badToGood;
    }

    /** The probability that a bad link loses a packet (Gilbert-Elliott); netem's 1-h. */
    public double lossInBad() {
        return lossInBad;
    }

    /**
     * The probability that a good link loses a packet (Gilbert-Elliott); netem's 1-k. All of the loss without bursts.
     */
    public double lossInGood() {
        return lossInGood;
    }

    /** The probability that a datagram arrives twice. */
    public double duplicate() {
        return duplicate;
    }

    /** The probability that a datagram is not delayed, and so overtakes others. */
    public double reorder() {
        return reorder;
    }

    /** The probability that one bit of a datagram is inverted. */
    public double corrupt() {
        return corrupt;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Impairment that && values().equals(that.values()));
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(
                latency,
                jitter,
                distribution,
                rate,
                goodToBad,
                badToGood,
                lossInBad,
                lossInGood,
                duplicate,
                reorder,
                corrupt);
    }

    /** The arguments of netem: {@code delay 20ms 5ms distribution normal rate 10mbit loss 1%}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        if (!latency.isZero() || !jitter.isZero()) {
            text.add("delay " + time(latency));
            if (!jitter.isZero()) {
                text.add(time(jitter));
                text.add("distribution " + distribution.name().toLowerCase(Locale.ROOT));
            }
        }
        if (rate > 0) {
            text.add("rate " + rate(rate));
        }
        if (goodToBad > 0) {
            text.add("loss gemodel " + percent(goodToBad) + " " + percent(badToGood) + " " + percent(lossInBad) + " "
                    + percent(lossInGood));
        } else if (lossInGood > 0) {
            text.add("loss " + percent(lossInGood));
        }
        addIf(text, "duplicate ", duplicate);
        addIf(text, "reorder ", reorder);
        addIf(text, "corrupt ", corrupt);
        return text.length() == 0 ? "none" : text.toString();
    }

    private static String time(Duration time) {
        return Durations.text(time).replace(" ", "");
    }

    private static void addIf(StringJoiner text, String name, double probability) {
        if (probability > 0) {
            text.add(name + percent(probability));
        }
    }

    private static String percent(double probability) {
        String digits = BigDecimal.valueOf(probability)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
        return digits + "%";
    }

    private static String rate(long bits) {
        String[] units = {"bit", "kbit", "mbit", "gbit", "tbit"};
        int unit = 0;
        long left = bits;
        while (unit < units.length - 1 && left % 1000 == 0) {
            left /= 1000;
            unit++;
        }
        return left + units[unit];
    }

    /** Builds an {@link Impairment}. For one thread. */
    public static final class Builder {

        private long latency;
        private long jitter;
        private Distribution distribution = Distribution.UNIFORM;
        private long rate;
        private double goodToBad;
        private double badToGood;
        private double lossInBad;
        private double lossInGood;
        private double duplicate;
        private double reorder;
        private double corrupt;

        private Builder() {}

        /**
         * The one-way delay of everything.
         *
         * @throws IllegalArgumentException if {@code oneWay} is negative
         */
        public Builder latency(Duration oneWay) {
            this.latency = Checks.nanos(oneWay, "latency");
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
         * The bits per second that all traffic in this direction of the link shares. Only payload bytes count, no
         * headers. Traffic above the rate waits in a queue without a bound.
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
         * Loses each packet with this probability, independently of others.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder loss(double probability) {
            return loss(0, 0, 0, probability("loss", probability));
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
                    probability("goodToBad", goodToBad),
                    probability("badToGood", badToGood),
                    probability("lossInBad", lossInBad),
                    probability("lossInGood", lossInGood));
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
            this.duplicate = probability("duplicate", probability);
            return this;
        }

        /**
         * Does not delay a datagram, with this probability, so that it overtakes those before it. Needs a latency.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder reorder(double probability) {
            this.reorder = probability("reorder", probability);
            return this;
        }

        /**
         * Inverts one bit of a datagram, with this probability.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder corrupt(double probability) {
            this.corrupt = probability("corrupt", probability);
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

        private static double probability(String name, double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException(name + " must be a probability from 0 to 1: " + value);
            }
            return value;
        }
    }
}
