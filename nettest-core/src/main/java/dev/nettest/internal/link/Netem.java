package dev.nettest.internal.link;

import dev.nettest.Impairment;
import dev.nettest.internal.stream.DelayLine;
import dev.nettest.internal.stream.TcpTimeouts;
import dev.nettest.internal.sync.Timers;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The netem state of one sender in one direction: its current route and its own random generator. Not thread-safe;
 * the netem of a connection is guarded by the connection's lock.
 */
public final class Netem implements DelayLine {

    /** Part of every seed, so that links and faults draw different random numbers. */
    public static final long RNG_KEY = "link".hashCode();

    /** {@code TCP_RTO_MIN} of Linux: the least time that the retransmission timeout adds to the round trip. */
    private static final long RTO_MIN = TimeUnit.MILLISECONDS.toNanos(200);

    private static final long RTO_MAX = TcpTimeouts.RTO_MAX;

    /** RFC 6298, section 2.3: K, the factor of the round trip variation in the retransmission timeout. */
    private static final int RTTVAR_FACTOR = 4;

    private final SplittableRandom rng;

    private final TcpTimeouts timeouts;
    private Route route = Route.FREE;
    private Route reverse = Route.FREE;

    /** True in the bad state of the Gilbert-Elliott model. */
    private boolean bad;

    private long lastDeparture;

    public Netem(long seed, TcpTimeouts timeouts) {
        this.rng = new SplittableRandom(seed);
        this.timeouts = timeouts;
    }

    /** Uses {@code route} and its {@code reverse} from now on. True if the impairment changes. */
    public boolean setRoute(Route route, Route reverse) {
        boolean changed = !route.impairment().equals(this.route.impairment());
        this.route = route;
        this.reverse = reverse;
        return changed;
    }

    public Route route() {
        return route;
    }

    /** True if the impairment can delay a stream. */
    public boolean delays() {
        Impairment impairment = route.impairment();
        return !impairment.latency().isZero()
                || !impairment.jitter().isZero()
                || impairment.rate() > 0
                || canLose(impairment);
    }

    // ---- streams

    @Override
    public long arrival(long now, int bytes) {
        int headers = route.impairment().countsHeaders() ? IpPackets.tcpHeaders(route.ipv6()) : 0;
        long departure = transmit(now, bytes + headers);
        long retries = canLose(route.impairment()) ? retransmissionDelay() : 0;
        if (retries == Timers.NEVER) {
            return Timers.NEVER;
        }
        long left = Timers.deadline(departure, retries);
        lastDeparture = retries == 0 ? now : left;
        return Timers.deadline(left, delay());
    }

    @Override
    public long lastDeparture() {
        return lastDeparture;
    }

    @Override
    public long resetArrival(long now) {
        long departure = transmit(now, 0);
        return loses() ? Timers.NEVER : Timers.deadline(departure, delay());
    }

    /** The time lost to retransmission timeouts; {@link Timers#NEVER} if the sender times out before. */
    private long retransmissionDelay() {
        Impairment back = reverse.impairment();
        long roundTrip = boundedSum(latency(), back.latency().toNanos());
        long variation = boundedSum(jitter(), back.jitter().toNanos());
        long timeout = boundedSum(roundTrip, Math.max(RTO_MIN, RTTVAR_FACTOR * variation));
        long elapsed = 0;
        while (loses()) {
            elapsed += timeout;
            timeout = Math.min(2 * timeout, RTO_MAX);
            if (elapsed >= timeouts.user()) {
                return Timers.NEVER;
            }
        }
        return elapsed;
    }

    /** The sum, at most {@link #RTO_MAX}; it does not overflow for endless durations. */
    private static long boundedSum(long a, long b) {
        return Math.min(RTO_MAX, Math.min(RTO_MAX, a) + Math.min(RTO_MAX, b));
    }

    /** The arrival time of a SYN, SYN-ACK or ACK sent now; {@link Timers#NEVER} if every retry is lost. */
    public long handshake(long now) {
        long elapsed = 0;
        long timeout = TcpTimeouts.INITIAL_RTO;
        for (int lost = 0; loses(); lost++) {
            if (lost == timeouts.synRetries()) {
                return Timers.NEVER;
            }
            elapsed += timeout;
            timeout = Math.min(2 * timeout, RTO_MAX);
        }
        return Timers.deadline(now + elapsed, delay());
    }

    @Override
    public long latency() {
        return route.impairment().latency().toNanos();
    }

    private long jitter() {
        return route.impairment().jitter().toNanos();
    }

    @Override
    public boolean isSegmented() {
        Impairment impairment = route.impairment();
        return impairment.rate() > 0 || canLose(impairment);
    }

    @Override
    public int segmentSize() {
        int mtu = route.impairment().mtu();
        return mtu == 0 ? SEGMENT : IpPackets.segmentSize(mtu, route.ipv6());
    }

    // ---- segments and datagrams

    /**
     * Draws whether a datagram is lost: if one of its fragments is.
     *
     * @param fragments the number of its fragments
     */
    public boolean losesDatagram(int fragments) {
        boolean lost = false;
        for (int i = 0; i < fragments; i++) {
            lost |= drawsLoss();
        }
        if (lost) {
            route.countLost();
        }
        return lost;
    }

    /** The bytes that each fragment of a datagram takes from the rate. */
    public int[] fragments(int payload) {
        return IpPackets.fragments(payload, route.impairment(), route.ipv6());
    }

    /** Transmits {@code bytes} at the rate of the link. Returns the time at which the last byte leaves. */
    public long transmit(long now, int bytes) {
        RateLimiter limiter = route.rateLimiter();
        return limiter == null
                ? now
                : limiter.transmit(now, bytes, route.impairment().rate());
    }

    /** Draws the delay of the next segment or datagram after it has left. */
    public long delay() {
        long latency = latency();
        long jitter = jitter();
        if (jitter == 0) {
            return latency;
        }
        double deviation = switch (route.impairment().distribution()) {
            case UNIFORM -> rng.nextDouble(-1, 1);
            case NORMAL -> rng.nextGaussian();
        };
        long shift = Math.round(deviation * jitter);
        return shift < 0 ? Math.max(0, latency + shift) : Timers.deadline(latency, shift);
    }

    /** Draws whether the next segment is lost. */
    boolean loses() {
        boolean lost = drawsLoss();
        if (lost) {
            route.countLost();
        }
        return lost;
    }

    /** As in netem, the state before a transition decides. */
    private boolean drawsLoss() {
        Impairment impairment = route.impairment();
        if (!canLose(impairment)) {
            return false;
        }
        boolean inBursts = impairment.goodToBad() > 0; // an earlier impairment may have left the link bad
        double loss = inBursts && bad ? impairment.lossInBad() : impairment.lossInGood();
        if (inBursts) {
            bad ^= chance(bad ? impairment.badToGood() : impairment.goodToBad());
        }
        return chance(loss);
    }

    @Override
    public boolean losesAll() {
        Impairment impairment = route.impairment();
        return impairment.lossInGood() >= 1 && (impairment.goodToBad() == 0 || impairment.lossInBad() >= 1);
    }

    private static boolean canLose(Impairment impairment) {
        return impairment.lossInGood() > 0 || impairment.goodToBad() > 0;
    }

    /** True with this probability. Probabilities 0 and 1 draw no random number. */
    public boolean chance(double probability) {
        return probability >= 1 || (probability > 0 && rng.nextDouble() < probability);
    }

    /** Draws random bits. */
    public long nextLong() {
        return rng.nextLong();
    }
}
