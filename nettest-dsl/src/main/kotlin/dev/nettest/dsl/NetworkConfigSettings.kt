package dev.nettest.dsl

import dev.nettest.NetworkClock
import dev.nettest.NetworkConfig
import dev.nettest.Personality
import dev.nettest.TraceLevel
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * [NetworkConfig.defaults] with the checks for leaks and for faults that never fired: the default of [network].
 *
 * @sample dev.nettest.dsl.samples.configuredNetwork
 */
public fun networkConfig(): NetworkConfig = NetworkConfig.builder().checks(true).build()

/**
 * The settings of a network: those of [base], changed by [settings].
 *
 * @sample dev.nettest.dsl.samples.configuredNetwork
 */
public fun networkConfig(
    base: NetworkConfig = networkConfig(),
    settings: @NetworkDsl NetworkConfigSettings.() -> Unit,
): NetworkConfig {
    contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
    val builder = base.toBuilder()
    NetworkConfigSettings(builder).settings()
    return builder.build()
}

/** The settings of a network; see [NetworkConfig.Builder]. An impossible value throws [IllegalArgumentException]. */
public class NetworkConfigSettings internal constructor(private val builder: NetworkConfig.Builder) {
    private val current: NetworkConfig get() = builder.build()

    /** The seed of every random choice. Initially 1, or `-Dnettest.seed`. */
    public var seed: Long
        get() = current.seed()
        set(value) {
            builder.seed(value)
        }

    /**
     * The clock, which several networks may share. Initially null: the scheduler of the coroutine test if there is one,
     * otherwise the system clock.
     */
    public var clock: NetworkClock?
        get() = current.clock()
        set(value) {
            builder.clock(requireNotNull(value) { "clock is null; leave it out for the default clock" })
        }

    /** The operating system whose exception texts are used. Initially Linux. */
    public var personality: Personality
        get() = current.personality()
        set(value) {
            builder.personality(value)
        }

    /** The size of receive buffers, also over Unix paths, in bytes; 0 makes every connection a rendezvous. */
    public var receiveBufferSize: Int
        get() = current.receiveBufferSize()
        set(value) {
            builder.receiveBufferSize(value)
        }

    /** The size of receive buffers over Unix paths, in bytes. Set it after [receiveBufferSize]. */
    public var unixReceiveBufferSize: Int
        get() = current.unixReceiveBufferSize()
        set(value) {
            builder.unixReceiveBufferSize(value)
        }

    /** The backlog of listeners. The accept queue holds one connection more, like on Linux. */
    public var backlog: Int
        get() = current.backlog()
        set(value) {
            builder.backlog(value)
        }

    /** The retransmissions after which a sender gives up, `tcp_retries2` of Linux. Initially 15: 924.6 s. */
    public var tcpRetries2: Int
        get() = current.tcpRetries2()
        set(value) {
            builder.tcpRetries2(value)
        }

    /** The retransmissions of a SYN after which a connect gives up, `tcp_syn_retries` of Linux. Initially 6: 127 s. */
    public var tcpSynRetries: Int
        get() = current.tcpSynRetries()
        set(value) {
            builder.tcpSynRetries(value)
        }

    /** True if an active close occupies its addresses for 60 s, like on Linux. Initially false. */
    public var timeWait: Boolean
        get() = current.timeWait()
        set(value) {
            builder.timeWait(value)
        }

    /** The extent of the [trace][NetworkScope.trace]. Initially [TraceLevel.LAST]. */
    public var trace: TraceLevel
        get() = current.trace()
        set(value) {
            builder.trace(value)
        }

    /** The limit of awaits that name none. Initially ten seconds, on the network's clock. */
    public var awaitLimit: Duration
        get() = current.awaitLimit().toKotlinDuration()
        set(value) {
            builder.awaitLimit(value.asLimit())
        }

    /** The ephemeral ports, assigned in order. */
    public var ephemeralPorts: IntRange
        get() = current.firstEphemeralPort()..current.lastEphemeralPort()
        set(value) {
            builder.ephemeralPorts(value.first, value.last)
        }

    /** Whether [leaks][NetworkConfig.Builder.checksLeaks] fail the test. Initially true. */
    public var checksLeaks: Boolean
        get() = current.checksLeaks()
        set(value) {
            builder.checksLeaks(value)
        }

    /** Whether faults that never fired fail the test. Initially true. */
    public var checksFaults: Boolean
        get() = current.checksFaults()
        set(value) {
            builder.checksFaults(value)
        }
}
