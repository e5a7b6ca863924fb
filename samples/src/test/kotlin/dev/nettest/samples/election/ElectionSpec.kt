package dev.nettest.samples.election

import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.SuspendingHost
import dev.nettest.dsl.network
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import java.io.IOException
import java.util.SplittableRandom
import kotlin.time.Duration.Companion.milliseconds

/** Three nodes in coroutines elect a leader, replace it during a partition, and agree after the repair. */
class ElectionSpec : FunSpec({
    coroutineTestScope = true

    for (seed in 1L..5L) {
        // snippet: election-kotlin
        test("a leader whose messages are lost is replaced, and steps down after the repair (seed $seed)") {
            network(seed) {
                link {
                    latency = 10.milliseconds
                    jitter = 2.milliseconds
                }
                val hosts = List(3) { host("node-$it", "10.0.0.${it + 1}") }
                val nodes = hosts.associateWith { startNode(it, hosts - it) }
                val leaders = Leaders(nodes)

                leaders.observeForThreeSeconds()
                val old = leaders.now().single()
                val oldTerm = nodes.getValue(old).state().term

                partitionOneWay(old.name, "*") // everything that the old leader sends is lost
                leaders.observeForThreeSeconds()
                leaders.now().size shouldBe 2
                val new = (leaders.now() - old).single()
                nodes.getValue(old).state().term shouldBe oldTerm
                nodes.getValue(new).state().term shouldBeGreaterThan oldTerm

                repair()
                leaders.observeForThreeSeconds()
                leaders.now() shouldBe listOf(new)
                nodes.values.map { it.state().term }.distinct().size shouldBe 1
            }
        }
        // end snippet
    }
})

private fun NetworkScope.startNode(host: SuspendingHost, others: List<SuspendingHost>): Election {
    val random = SplittableRandom(seed + host.name.hashCode())
    val election = Election(host.name, others.size + 1, clock::nanoTime, random)
    host.listener(7000).serve { connection ->
        connection.readLine()?.let { connection.writeLine(election.answer(it)) }
    }
    background { election.campaign(others.map { it.name }) { other, request -> host.ask(other, request) } }
    return election
}

private suspend fun SuspendingHost.ask(other: String, request: String): String? {
    try {
        val connection = connect("$other:7000") {
            connectTimeout = 100.milliseconds
            readTimeout = 100.milliseconds
        }
        return connection.use {
            it.writeLine(request)
            it.readLine()
        }
    } catch (_: IOException) {
        return null
    }
}

private class Leaders(private val nodes: Map<SuspendingHost, Election>) {
    private val ofTerm = mutableMapOf<Long, SuspendingHost>()

    /** The nodes in the role of a leader. */
    fun now(): List<SuspendingHost> = nodes.filterValues { it.state().isLeader }.keys.toList()

    /** Checks that no term ever has two leaders. */
    suspend fun observeForThreeSeconds() {
        repeat(300) {
            delay(10.milliseconds)
            nodes.forEach { (host, election) ->
                val state = election.state()
                if (state.isLeader) {
                    ofTerm.getOrPut(state.term) { host } shouldBe host
                }
            }
        }
    }
}
