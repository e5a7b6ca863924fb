@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.samples.kotest

import dev.nettest.Fault
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.kotest.KotestNetworkExtension
import dev.nettest.kotest.beWritable
import dev.nettest.kotest.network
import dev.nettest.kotest.shouldBeAcceptable
import dev.nettest.kotest.shouldBeReadable
import dev.nettest.kotest.shouldBeReset
import dev.nettest.kotest.shouldHaveFired
import dev.nettest.kotest.shouldNotBeReadable
import dev.nettest.kotest.shouldReadLine
import dev.nettest.kotest.shouldStaySilent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.should
import java.net.SocketException
import kotlin.time.Duration.Companion.seconds

class MatchersSpec : FunSpec({
    coroutineTestScope = true
    extension(KotestNetworkExtension())

    // snippet: kotest-matchers
    test("a server greets, falls silent and resets") {
        val listener = network.listener(110)
        val client = listener.connect()
        listener.shouldBeAcceptable()
        val server = listener.accept()

        client.shouldNotBeReadable() should beWritable()
        server.writeLine("+OK ready")
        client.shouldBeReadable() shouldReadLine "+OK ready" shouldStaySilent 5.seconds

        val resets = client.fault(read = Fault.reset())
        shouldThrow<SocketException> { client.readLine() }
        resets shouldHaveFired 1
        client.shouldBeReset()
        server.close()
    }
    // end snippet
})
