package dev.nettest.internal.fault;

import dev.nettest.Personality;
import dev.nettest.internal.sync.Timers;

/** The services of the network in which a fault is installed. */
public interface FaultContext {

    /** The network's timers, for delays and for the trigger {@code after}. */
    Timers timers();

    /** The network's seed, for probabilities and corrupted bits. */
    long seed();

    /** The operating system whose exception texts are used. */
    Personality personality();

    /** Keeps {@code fault} for the report of faults that never fired. */
    void remember(InstalledFault fault);
}
