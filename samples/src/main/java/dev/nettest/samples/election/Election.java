package dev.nettest.samples.election;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The leader election of one Raft node (Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm,
 * sections 5.1 and 5.2). It has neither threads nor sockets. Its owner calls {@link #tick} every few milliseconds,
 * sends the result to all other nodes, and passes in their requests and answers. Any thread may call it.
 */
public final class Election {

    /** The role of a node. */
    public enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    /** The role of a node, and the term of its election. */
    public record State(Role role, long term) {

        public boolean isLeader() {
            return role == Role.LEADER;
        }
    }

    private static final long HEARTBEAT = Duration.ofMillis(50).toNanos();
    private static final long MIN_TIMEOUT = Duration.ofMillis(150).toNanos();
    private static final long MAX_TIMEOUT = Duration.ofMillis(300).toNanos();

    private final String self;
    private final int nodes;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private Role role = Role.FOLLOWER;
    private long term;
    private String votedFor;
    private int votes;
    private long dueAt;

    /**
     * A follower without a leader.
     *
     * @param nodes the number of nodes, including this one
     * @param random decides how long it waits for a leader before it becomes a candidate
     */
    public Election(String self, int nodes, LongSupplier nanoTime, RandomGenerator random) {
        this.self = self;
        this.nodes = nodes;
        this.nanoTime = nanoTime;
        this.random = random;
        restartTimeout();
    }

    public synchronized State state() {
        return new State(role, term);
    }

    /** The request to send to all other nodes now; empty if none is due. */
    public synchronized Optional<String> tick() {
        if (nanoTime.getAsLong() - dueAt < 0) {
            return Optional.empty();
        }
        if (role == Role.LEADER) {
            dueAt = nanoTime.getAsLong() + HEARTBEAT;
            return Optional.of("FOLLOW " + term + " " + self);
        }
        role = Role.CANDIDATE;
        term++;
        votedFor = self;
        votes = 1;
        restartTimeout();
        return Optional.of("ELECT " + term + " " + self);
    }

    /** The answer to a request of another node. */
    public synchronized String answer(String request) {
        String[] words = request.split(" ");
        long theirs = Long.parseLong(words[1]);
        learn(theirs);
        boolean agreed = theirs == term && (words[0].equals("FOLLOW") || votes(words[2]));
        if (agreed) {
            role = Role.FOLLOWER;
            restartTimeout();
        }
        return term + (agreed ? " YES" : " NO");
    }

    private boolean votes(String candidate) {
        if (votedFor == null) {
            votedFor = candidate;
        }
        return votedFor.equals(candidate);
    }

    /** Takes the answer of another node. */
    public synchronized void answered(String answer) {
        String[] words = answer.split(" ");
        long theirs = Long.parseLong(words[0]);
        learn(theirs);
        if (role == Role.CANDIDATE && theirs == term && words[1].equals("YES") && ++votes > nodes / 2) {
            role = Role.LEADER;
            dueAt = nanoTime.getAsLong();
        }
    }

    /** Becomes a follower if another node has a later term. */
    private void learn(long theirs) {
        if (theirs > term) {
            term = theirs;
            votedFor = null;
            if (role != Role.FOLLOWER) {
                role = Role.FOLLOWER;
                restartTimeout();
            }
        }
    }

    private void restartTimeout() {
        dueAt = nanoTime.getAsLong() + random.nextLong(MIN_TIMEOUT, MAX_TIMEOUT);
    }
}
