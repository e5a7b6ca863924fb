package dev.nettest.dsl

import dev.nettest.NetworkClock
import dev.nettest.dsl.internal.SchedulerClock
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler

/**
 * The virtual time of a coroutine test as a network's clock, for a network that several scopes share. [network] and
 * [openNetwork] make one by themselves if the context has a scheduler.
 *
 * The time is the scheduler's, in whole milliseconds; the instants of timers are rounded up. It moves when the
 * scheduler moves it: in `runTest` as soon as no coroutine of the test can run. Timers run on the scheduler's thread,
 * in the order of their instants, and at the same instant in the order of registration.
 *
 * Threads of the network's executor and of [NetworkScope.blocking] are registered. While one of them can run, no timer
 * of this clock is with the scheduler, so time cannot move to it. Other timers, such as those of `delay` or
 * `withTimeout`, still run. Any other thread that would wait in the network gets an [IllegalStateException], because
 * the clock cannot know that it waits. Coroutines on other dispatchers are not registered: time may pass while they
 * run.
 *
 * @sample dev.nettest.dsl.samples.clockOfAScheduler
 */
@ExperimentalCoroutinesApi
public fun TestCoroutineScheduler.asNetworkClock(): NetworkClock = SchedulerClock(this)
