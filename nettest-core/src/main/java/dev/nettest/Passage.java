package dev.nettest;

import dev.nettest.kernel.Route;
import dev.nettest.kernel.Timers;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of the things that one sender sends one way: the way as it is now, and the sender's own dice for it. For one thread at a
 * time; a connection's is guarded by its lock.
 */
final class Passage implements Route {

    /** Tells the dice of links from those of faults. */
    static final long DICE = "link".hashCode();

    /** Linux' {@code TCP_RTO_MIN}: the least that is added to the round trip. */
    private static final long LEAST_RETRY = TimeUnit.MILLISECONDS.toNanos(200);

    /** Linux' {@code TCP_RTO_MAX}. */
    private static final long MOST_RETRY = TimeUnit.SECONDS.toNanos(120);

    /** RFC 6298, section 2.3: K times the variation is added too. */
    private static final int VARIATIONS = 4;

    /** The first retry of a handshake, and how many there are: RFC 6298, section 2.1, and {@code tcp_syn_retries}. */
    private static final long HANDSHAKE_RETRY = TimeUnit.SECONDS.toNanos(1);

    private static final int HANDSHAKE_RETRIES = 6;

    private final SplittableRandom dice;
    private Way way = Way.FREE;
    private Way back = Way.FREE;

    /** The state of the model of Gilbert and Elliott. */
    private boolean bad;

    Passage(long seed) {
        this.dice = new SplittableRandom(seed);
    }

    /** Takes this way from now on; whether it does something else than the one before. */
    boolean take(Way way, Way back) {
        boolean changed = !way.impairment().equals(this.way.impairment());
        this.way = way;
        this.back = back;
        return changed;
    }

    Way way() {
        return way;
    }

    /** Whether a stream takes any time here. */
    boolean delays() {
        return !way.impairment().sparesStreams();
    }

    // ---- streams

    @Override
    public long arrival(long now, int bytes) {
        Impairment impairment = way.impairment();
        long departure = transmit(now, bytes);
        long retries = impairment.loses() ? retries(impairment) : 0;
        return retries == Timers.NEVER ? Timers.NEVER : Timers.deadline(Timers.deadline(departure, retries), delay());
    }

    private long retries(Impairment impairment) {
        long roundTrip = sum(impairment.latencyNanos(), back.impairment().latencyNanos());
        long variation = sum(impairment.jitterNanos(), back.impairment().jitterNanos());
        long retry = sum(roundTrip, Math.max(LEAST_RETRY, VARIATIONS * variation));
        long elapsed = 0;
        while (loses()) {
            elapsed += retry;
            retry = Math.min(2 * retry, MOST_RETRY);
            if (elapsed >= PATIENCE) {
                return Timers.NEVER;
            }
        }
        return elapsed;
    }

    /** As far as anybody waits, so that endless ones add up to no less. */
    private static long sum(long a, long b) {
        return Math.min(MOST_RETRY, Math.min(MOST_RETRY, a) + Math.min(MOST_RETRY, b));
    }

    /** When a part of a handshake that leaves now arrives; {@link Timers#NEVER} where its sender gives up before. */
    long handshake(long now) {
        long elapsed = 0;
        long retry = HANDSHAKE_RETRY;
        for (int lost = 0; loses(); lost++) {
            if (lost == HANDSHAKE_RETRIES) {
                return Timers.NEVER;
            }
            elapsed += retry;
            retry *= 2;
        }
        return Timers.deadline(now + elapsed, delay());
    }

    @Override
    public long latency() {
        return way.impairment().latencyNanos();
    }

    @Override
    public boolean isSegmented() {
        Impairment impairment = way.impairment();
        return impairment.rate() > 0 || impairment.loses();
    }

    // ---- whatever is sent

    long transmit(long now, int bytes) {
        Lane lane = way.lane();
        return lane == null ? now : lane.transmit(now, bytes, way.impairment().rate());
    }

    /** How long one thing takes, once it has left. */
    long delay() {
        Impairment impairment = way.impairment();
        long jitter = impairment.jitterNanos();
        if (jitter == 0) {
            return impairment.latencyNanos();
        }
        double deviation = switch (impairment.distribution()) {
            case UNIFORM -> dice.nextDouble(-1, 1);
            case NORMAL -> dice.nextGaussian();
        };
        long shift = Math.round(deviation * jitter);
        long latency = impairment.latencyNanos();
        return shift < 0 ? Math.max(0, latency + shift) : Timers.deadline(latency, shift);
    }

    /** Whether the next thing is lost. As in netem the state that it meets decides, and may change for the one after it. */
    boolean loses() {
        Impairment impairment = way.impairment();
        if (!impairment.loses()) {
            return false;
        }
        double loss = bad ? impairment.lossInBad() : impairment.lossInGood();
        if (impairment.goodToBad() > 0) {
            bad ^= throwsBelow(bad ? impairment.badToGood() : impairment.goodToBad());
        }
        boolean lost = throwsBelow(loss);
        LinkDirection direction = way.direction();
        if (lost && direction != null) {
            direction.countLost();
        }
        return lost;
    }

    /** Whether the dice show what comes with this probability; those that are sure throw none. */
    boolean throwsBelow(double probability) {
        return probability >= 1 || (probability > 0 && dice.nextDouble() < probability);
    }

    long nextDice() {
        return dice.nextLong();
    }
}
