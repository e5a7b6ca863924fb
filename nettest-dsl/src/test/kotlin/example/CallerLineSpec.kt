package example

import dev.nettest.Fault
import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingListener
import dev.nettest.dsl.network
import dev.nettest.dsl.networkConfig
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.EOFException
import java.io.IOException
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.milliseconds

/** In a user's package, because the library's own frames do not count. */
class CallerLineSpec : FunSpec({
    val operations = listOf(
        Operation("read of an array") { quiet().read(ByteArray(1)) },
        Operation("read of a buffer") { quiet().read(ByteBuffer.allocate(1)) },
        Operation("readAvailable") { quiet().readAvailable() },
        Operation("readByteArray") { quiet().readByteArray(3) },
        Operation("readByteArray to the end") { quiet().readByteArray() },
        Operation("readUtf8") { quiet().readUtf8(3) },
        Operation("readLine") { quiet().readLine() },
        Operation("lines") { quiet().lines().collect { } },
        Operation("chunks") { quiet().chunks().collect { } },
        Operation("an early end of stream") { ending().readByteArray(100) },
        Operation("a reset") { resetting().readLine() },
        Operation("a reset after a part") { resettingLater().readByteArray(50) },
        Operation("a close of its own end") { closing().readLine() },
        Operation("an end after lines") { resettingLater().lines().collect { yield() } },
        Operation("write of an array") { full().write(ByteArray(9)) },
        Operation("write of a buffer") { full().write(ByteBuffer.allocate(9)) },
        Operation("writeUtf8") { full().writeUtf8("too long") },
        Operation("writeLine") { full().writeLine("too long") },
        Operation("a reset of a write") { full(resets = true).writeLine("too long") },
        Operation("accept") { listener().accept(1.milliseconds) },
        Operation("a closed listener") { listener().also { later { it.close() } }.accept() },
        Operation("connect") { connect(unreachable()) { connectTimeout = 1.milliseconds } },
        Operation("a refused connect") { filled().connect() },
        Operation("receive") { datagram { receiveTimeout = 1.milliseconds }.receive() },
        Operation("receiveUtf8") { datagram { receiveTimeout = 1.milliseconds }.receiveUtf8() },
        Operation("datagrams") { datagram { receiveTimeout = 1.milliseconds }.datagrams().collect { } },
        Operation("send") { stalled().let { it.sendUtf8("a", it.localAddress) } },
        Operation("awaitReadable") { pair().client.awaitReadable(1.milliseconds) },
        Operation("awaitReadable of more") { pair().client.awaitReadable(1.milliseconds, 5) },
        Operation("awaitClosed") { pair().client.awaitClosed(1.milliseconds) },
        Operation("awaitAcceptable") { listener().awaitAcceptable(1.milliseconds) },
        Operation("awaitReceived") { datagram().awaitReceived(1, 1.milliseconds) },
        Operation("awaitListening") { awaitListening("10.0.0.5:80", 1.milliseconds) },
        Operation("a server that ends") { awaitListening("10.0.0.5:80", launch { yield() }) },
    )

    for (operation in operations) {
        test("${operation.name} names its line under runTest") { runTest { operation.checkLine() } }

        test("${operation.name} names its line in Kotest's test scope").config(coroutineTestScope = true) {
            operation.checkLine()
        }

        test("${operation.name} names its line on real threads") {
            withContext(Dispatchers.Default) { operation.checkLine() }
        }
    }

    test("the trace is the operation, the spec, and the rest of the stack") {
        val here = line()
        runTest {
            network {
                val failure = shouldThrow<SocketTimeoutException> { quiet().readLine() }
                val (operation, spec, resumption) = failure.stackTrace
                "${operation.className}.${operation.methodName}" shouldBe
                    "dev.nettest.dsl.SuspendingConnection.readLine"
                "${spec.methodName}(${spec.fileName}:${spec.lineNumber})" shouldBe
                    "invokeSuspend(CallerLineSpec.kt:${here + 3})"
                resumption.className shouldBe "dev.nettest.dsl.NetworksKt\$run\$result\$1" // the call of the block
            }
        }
    }

    test("an operation that fails at once keeps its stack") {
        val here = line()
        network {
            val client = pair().client
            client.close()
            val failure = shouldThrow<IOException> { client.readLine() }
            failure.stackTrace.first().className shouldStartWith "dev.nettest.internal.net."
            failure.firstUserFrame() shouldBe "CallerLineSpec.kt:${here + 4}"
        }
    }

    test("an exception of the test keeps its stack, and has the caller in one note") {
        val declared = IOException("disk")
        val trace = declared.stackTrace.toList()
        val here = line()
        runTest {
            network {
                val (client, server) = pair { server { fault(read = Fault.failWith(declared)) } }
                repeat(2) {
                    later { client.writeLine("now it can be read") }
                    shouldThrow<IOException> { server.readLine() } shouldBeSameInstanceAs declared
                }
            }
        }
        declared.stackTrace.toList() shouldBe trace
        val note = declared.suppressed.single { it.message == "thrown by this operation" }
        note.firstUserFrame() shouldBe "CallerLineSpec.kt:${here + 6}"
        note.stackTrace.first().methodName shouldBe "readLine"
    }

    test("the leak of an accept that was suspended names its line, also in a flow") {
        val here = line()
        val report = shouldThrow<AssertionError> {
            runTest {
                network {
                    val listener = listener("10.0.0.5:80")
                    later { listener.connect() }
                    listener.accept()
                    later { listener.connect() }
                    launch {
                        delay(5.milliseconds)
                        listener.close()
                    }
                    listener.connections().collect { yield() }
                }
            }
        }
        val origins = Regex("accepted at (.*)").findAll(report.message!!).map { it.groupValues[1] }.toList()
        origins shouldContainExactly listOf("CallerLineSpec.kt:${here + 6}", "CallerLineSpec.kt:${here + 12}")
    }
})

/** An operation that is suspended and then fails, all on one line of this file. */
private class Operation(val name: String, private val operation: suspend NetworkScope.() -> Unit) {
    private val line = Throwable().stackTrace.first { "Operation" !in it.className }.lineNumber

    suspend fun checkLine() {
        var failure: Throwable? = null
        network(
            networkConfig {
                checksFaults = false
                checksLeaks = false
            },
        ) {
            failure = shouldThrow<Throwable> { operation() }
        }
        withClue(failure!!.stackTraceToString()) {
            failure!!.firstUserFrame() shouldBe "CallerLineSpec.kt:$line"
            failure!!.cause shouldBe null
        }
    }
}

private fun Throwable.firstUserFrame(): String = stackTrace.first { frame ->
    listOf("dev.nettest.", "kotlin.", "kotlinx.", "java.", "jdk.", "io.kotest.").none(frame.className::startsWith)
}.let { "${it.fileName}:${it.lineNumber}" }

private fun NetworkScope.quiet(): SuspendingConnection = pair { client { readTimeout = 1.milliseconds } }.client

private fun NetworkScope.ending(): SuspendingConnection = pair().also { later { it.server.close() } }.client

private fun NetworkScope.resetting(): SuspendingConnection = pair().also { later { it.server.reset() } }.client

private fun NetworkScope.resettingLater(): SuspendingConnection = pair().also {
    later {
        it.server.writeUtf8("a line\na part")
        yield()
        it.server.reset()
    }
}.client

private fun NetworkScope.closing(): SuspendingConnection = pair().client.also { later { it.close() } }

private fun NetworkScope.full(resets: Boolean = false): SuspendingConnection = pair {
    server { receiveBufferSize = 1 }
    client { if (!resets) writeTimeout = 1.milliseconds }
}.also { if (resets) later { it.server.reset() } }.client

private fun NetworkScope.unreachable(): String {
    host("app", "10.0.0.2")
    isolate(host("db", "10.0.0.5") { listener(80) })
    return "10.0.0.5:80"
}

private suspend fun NetworkScope.filled(): SuspendingListener {
    val listener = listener { backlog = 1 }
    repeat(2) { listener.connect() } // one more than its backlog, like on Linux
    later { listener.close() }
    return listener
}

private fun NetworkScope.stalled() = datagram { fault(send = Fault.stall()) }.also { later { it.close() } }

/** Runs [block] while the test waits. */
private fun NetworkScope.later(block: suspend () -> Unit) {
    launch {
        delay(1.milliseconds)
        block()
    }
}

private fun line(): Int = Throwable().stackTrace.first { '$' in it.className }.lineNumber
