package dev.nettest.dsl

import dev.nettest.Fault
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The effects of [Fault], with durations of Kotlin. The DSL shows this object under the name of the core's type:
 * `fault(read = Fault.delayed(2.seconds).nth(3))`. The triggers are methods of the result.
 *
 * @sample dev.nettest.dsl.samples.effects
 */
public object FaultEffects {
    /** See [Fault.failWith]. The operation throws this instance each time. */
    public fun failWith(exception: Exception): Fault = Fault.failWith(exception)

    /** See [Fault.failWith]. The operation throws a new exception of [exception]. */
    public fun failWith(exception: () -> Exception): Fault = Fault.failWith(exception)

    /** See [Fault.reset]. */
    public fun reset(): Fault = Fault.reset()

    /** See [Fault.endOfStream]. */
    public fun endOfStream(): Fault = Fault.endOfStream()

    /** See [Fault.refuse]. */
    public fun refuse(): Fault = Fault.refuse()

    /** See [Fault.unreachable]. */
    public fun unreachable(): Fault = Fault.unreachable()

    /** See [Fault.timeout]. */
    public fun timeout(): Fault = Fault.timeout()

    /** See [Fault.stall]. */
    public fun stall(): Fault = Fault.stall()

    /**
     * See [Fault.delayed]: the operation is ready [delay] later than without the fault, on the network's clock.
     *
     * @throws IllegalArgumentException if [delay] is negative or infinite
     * @sample dev.nettest.dsl.samples.delayedAccept
     */
    public fun delayed(delay: Duration): Fault = Fault.delayed(delay.finite("delay"))

    /** See [Fault.delayed]. */
    public fun delayed(delay: java.time.Duration): Fault = Fault.delayed(delay)

    /** See [Fault.slice]. */
    public fun slice(bytes: Int): Fault = Fault.slice(bytes)

    /**
     * See [Fault.drip]: at most [bytes] bytes in each [period] of the network's clock.
     *
     * @throws IllegalArgumentException if [bytes] is less than 1, or [period] is not positive or infinite
     * @sample dev.nettest.dsl.samples.slowSender
     */
    public fun drip(bytes: Int, period: Duration): Fault = Fault.drip(bytes, period.finite("period"))

    /** See [Fault.drip]. */
    public fun drip(bytes: Int, period: java.time.Duration): Fault = Fault.drip(bytes, period)

    /** See [Fault.halfClose]. */
    public fun halfClose(): Fault = Fault.halfClose()

    /** See [Fault.silence]. */
    public fun silence(): Fault = Fault.silence()

    /** See [Fault.corrupt]. */
    public fun corrupt(): Fault = Fault.corrupt()

    /** See [Fault.drop]. */
    public fun drop(): Fault = Fault.drop()

    /** See [Fault.duplicate]. */
    public fun duplicate(times: Int): Fault = Fault.duplicate(times)

    /** See [Fault.reorder]. */
    public fun reorder(count: Int): Fault = Fault.reorder(count)

    override fun toString(): String = "effects of faults"
}

/**
 * [Fault.after] with a Kotlin duration: the fault fires once [duration] has passed on the network's clock since it
 * reached the connection or endpoint.
 *
 * @throws IllegalArgumentException if [duration] is negative or infinite
 * @sample dev.nettest.dsl.samples.effects
 */
public fun Fault.after(duration: Duration): Fault = after(duration.finite("duration"))

internal fun Duration.finite(name: String): java.time.Duration {
    require(isFinite()) { "$name is infinite; use Fault.stall() for an operation that never completes" }
    return toJavaDuration()
}
