package dev.nettest;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * What one direction of a {@link Link} does to what travels there, in the words and with the meaning of Linux' netem (tc-netem(8)).
 * Immutable; take {@link #NONE}, {@link #latency(Duration)}, one of a {@link LinkProfile}, or build one:
 *
 * <pre>{@code
 * Impairment wan = Impairment.builder().latency(Duration.ofMillis(40)).jitter(Duration.ofMillis(5)).loss(0.01).build();
 * }</pre>
 *
 * <p>Datagrams are delayed, lost, doubled, reordered and corrupted. Streams stay streams: their bytes arrive once and in order, and what is
 * lost costs the time until it is sent again. Every choice is by dice from the network's seed.
 */
public final class Impairment {

    /** Which delays jitter makes. */
    public enum Distribution {
        /** Each delay within the jitter is as likely as any other. */
        UNIFORM,
        /** The jitter is the standard deviation of a normal distribution. */
        NORMAL
    }

    /** Nothing: what is sent arrives at once, as without a link. */
    public static final Impairment NONE = builder().build();

    private final long latency;
    private final long jitter;
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
        this.latency = builder.latency;
        this.jitter = builder.jitter;
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
     * Just a latency: how long everything takes, one way.
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

    /** A builder that starts with this one. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.latency = latency;
        copy.jitter = jitter;
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

    /** How long everything takes, one way. */
    public Duration latency() {
        return Duration.ofNanos(latency);
    }

    /** By how much the latency varies. */
    public Duration jitter() {
        return Duration.ofNanos(jitter);
    }

    /** How it varies. */
    public Distribution distribution() {
        return distribution;
    }

    /** Bits a second; 0 for no limit. */
    public long rate() {
        return rate;
    }

    /** The share of what is sent that is lost in the long run, from 0 to 1. */
    public double loss() {
        return goodToBad == 0 ? lossInGood : (goodToBad * lossInBad + badToGood * lossInGood) / (goodToBad + badToGood);
    }

    /** The probability that a datagram comes twice. */
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

    // ---- for the rest of the package

    long latencyNanos() {
        return latency;
    }

    long jitterNanos() {
        return jitter;
    }

    double goodToBad() {
        return goodToBad;
    }

    double badToGood() {
        return badToGood;
    }

    double lossInBad() {
        return lossInBad;
    }

    double lossInGood() {
        return lossInGood;
    }

    boolean loses() {
        return lossInGood > 0 || goodToBad > 0;
    }

    /** Whether it does nothing to a stream. */
    boolean sparesStreams() {
        return latency == 0 && jitter == 0 && rate == 0 && !loses();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Impairment that && values().equals(that.values());
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

    /** As netem would be told: {@code delay 20ms 5ms distribution normal rate 10mbit loss 1%}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        if (latency > 0 || jitter > 0) {
            text.add("delay " + time(latency()));
            if (jitter > 0) {
                text.add(time(jitter()));
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

    private static void addIf(StringJoiner text, String what, double probability) {
        if (probability > 0) {
            text.add(what + percent(probability));
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

    /** Collects what a link does. For one thread. */
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
         * How long everything takes, one way.
         *
         * @throws IllegalArgumentException if {@code oneWay} is negative
         */
        public Builder latency(Duration oneWay) {
            this.latency = Checks.nanos(oneWay, "latency");
            return this;
        }

        /**
         * By how much the latency varies, to either side; a delay is never less than nothing. Datagrams overtake one another then; bytes of
         * a stream do not.
         *
         * @throws IllegalArgumentException if {@code jitter} is negative
         */
        public Builder jitter(Duration jitter) {
            this.jitter = Checks.nanos(jitter, "jitter");
            return this;
        }

        /** How the latency varies; at first {@link Distribution#UNIFORM}. */
        public Builder distribution(Distribution distribution) {
            this.distribution = Objects.requireNonNull(distribution, "distribution");
            return this;
        }

        /**
         * How many bits a second go through, of everything on this direction of the link together. Only the bytes that are written or sent
         * count, no headers; what has to wait for its turn waits in a queue without bound.
         *
         * @throws IllegalArgumentException if {@code bitsPerSecond} is less than 1
         */
        public Builder rate(long bitsPerSecond) {
            this.rate = Checks.positive(bitsPerSecond, "rate");
            return this;
        }

        /** Takes the rate away: everything goes through at once. */
        public Builder unlimitedRate() {
            this.rate = 0;
            return this;
        }

        /**
         * Loses each packet with this probability, whatever became of others.
         *
         * @throws IllegalArgumentException if it is not from 0 to 1
         */
        public Builder loss(double probability) {
            return loss(0, 0, 0, probability("loss", probability));
        }

        /**
         * Loses packets in bursts, by the model of Gilbert: the link is good, and loses nothing, or bad, and loses everything.
         *
         * @param goodToBad the probability, at each packet, that a good link turns bad; netem's p
         * @param badToGood the probability, at each packet, that a bad link turns good; netem's r
         * @throws IllegalArgumentException if one of them is not from 0 to 1
         */
        public Builder lossGilbert(double goodToBad, double badToGood) {
            return lossGilbertElliott(goodToBad, badToGood, 1, 0);
        }

        /**
         * Loses packets in bursts, by the model of Gilbert and Elliott: the link is good or bad, and each state has a loss of its own.
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
         * Has a datagram come twice, with this probability.
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
         * The impairment.
         *
         * @throws IllegalArgumentException if it reorders without a latency: there is nothing to overtake
         */
        public Impairment build() {
            if (reorder > 0 && latency == 0 && jitter == 0) {
                throw new IllegalArgumentException("reorder " + reorder
                        + " without a latency: a datagram that is not delayed overtakes nobody where nobody is");
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
