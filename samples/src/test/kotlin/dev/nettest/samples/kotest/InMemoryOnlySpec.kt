@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.samples.kotest

import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.KotestRealSocketExtension
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldMatchGoldenFile
import dev.nettest.kotest.shouldReadLine
import io.kotest.core.spec.style.FunSpec

// snippet: kotest-golden
class InMemoryOnlySpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())
    extension(KotestRealSocketExtension("127.0.0.1:5432"))

    test("the conversation stays the same") {
        val (client, server) = network.pair()
        val transcript = client.core.transcript()

        client.writeLine("PING")
        server shouldReadLine "PING"
        server.writeLine("PONG")
        client shouldReadLine "PONG"

        transcript shouldMatchGoldenFile "golden/ping.txt"
        transcript.hex() shouldMatchGoldenFile "golden/ping.hex"
    }
})
// end snippet
