package dev.nettest.samples.election;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * One node's part in the election of a leader, as Raft has it (Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm,
 * sections 5.1 and 5.2). It has neither threads nor sockets: whoever owns it calls {@link #tick} every few milliseconds, sends what that
 * returns to all other nodes, and brings it their requests and answers. Any thread may call it.
 */
public final class Election {

    /** How a node sees itself. */
    public enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    /** How a node sees itself, and since which election. */
    public record State(Role role, long term) {

        public boolean isLeader() {
            return role == Role.LEADER;
        }
    }

    private static final long HEARTBEAT = Duration.ofMillis(50).toNanos();
    private static final long SHORTEST_PATIENCE = Duration.ofMillis(150).toNanos();
    private static final long LONGEST_PATIENCE = Duration.ofMillis(300).toNanos();

    private final String self;
    private final int nodes;
    private final LongSupplier nanoTime;
    private final RandomGenerator dice;
    private Role role = Role.FOLLOWER;
    private long term;
    private String votedFor;
    private int votes;
    private long dueAt;

    /**
     * A follower that knows of no leader.
     *
     * @param nodes how many there are, with this one
     * @param dice how long it waits for a leader before it wants to be one
     */
    public Election(String self, int nodes, LongSupplier nanoTime, RandomGenerator dice) {
        this.self = self;
        this.nodes = nodes;
        this.nanoTime = nanoTime;
        this.dice = dice;
        bePatient();
    }

    public synchronized State state() {
        return new State(role, term);
    }

    /** What all other nodes are to be asked now; empty where it is not time for anything. */
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
        bePatient();
        return Optional.of("ELECT " + term + " " + self);
    }

    /** The answer to what another node asks. */
    public synchronized String answer(String request) {
        String[] words = request.split(" ");
        long theirs = Long.parseLong(words[1]);
        learn(theirs);
        boolean agreed = theirs == term && (words[0].equals("FOLLOW") || votes(words[2]));
        if (agreed) {
            role = Role.FOLLOWER;
            bePatient();
        }
        return term + (agreed ? " YES" : " NO");
    }

    private boolean votes(String candidate) {
        if (votedFor == null) {
            votedFor = candidate;
        }
        return votedFor.equals(candidate);
    }

    /** Another node has answered. */
    public synchronized void answered(String answer) {
        String[] words = answer.split(" ");
        long theirs = Long.parseLong(words[0]);
        learn(theirs);
        if (role == Role.CANDIDATE && theirs == term && words[1].equals("YES") && ++votes > nodes / 2) {
            role = Role.LEADER;
            dueAt = nanoTime.getAsLong();
        }
    }

    /** Whoever hears of a later election has lost its own. */
    private void learn(long theirs) {
        if (theirs > term) {
            term = theirs;
            votedFor = null;
            if (role != Role.FOLLOWER) {
                role = Role.FOLLOWER;
                bePatient();
            }
        }
    }

    private void bePatient() {
        dueAt = nanoTime.getAsLong() + dice.nextLong(SHORTEST_PATIENCE, LONGEST_PATIENCE);
    }
}
