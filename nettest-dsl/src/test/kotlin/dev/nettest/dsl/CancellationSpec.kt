package dev.nettest.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.io.EOFException
import java.nio.ByteBuffer
import java.util.Random

/** Cancels at seeded points and accounts for every byte. Each byte encodes its position, so gaps and repeats show. */
class CancellationSpec : FunSpec({
    blockingTest = true

    for (dispatcher in listOf(null, Dispatchers.Default)) {
        val where = if (dispatcher == null) "on one thread" else "on many threads"

        test("cancelled reads lose no byte $where") {
            repeat(ROUNDS) { seed -> runOn(dispatcher) { cancelledReads(Random(seed.toLong())) } }
        }

        test("cancelled writes lose no byte $where") {
            repeat(ROUNDS) { seed -> runOn(dispatcher) { cancelledWrites(Random(seed.toLong()), capacity = 5) } }
        }

        test("cancelled writes of a rendezvous lose no byte $where") {
            repeat(ROUNDS) { seed -> runOn(dispatcher) { cancelledWrites(Random(seed.toLong()), capacity = 0) } }
        }

        test("cancelled accepts and connects lose no connection $where") {
            repeat(ROUNDS) { seed -> runOn(dispatcher) { cancelledAccepts(Random(seed.toLong())) } }
        }
    }
})

private const val ROUNDS = 300
private const val BYTES = 200
private const val CANCELS = 20
private const val LINE = 10
private const val LETTERS = 16

private fun runOn(dispatcher: CoroutineDispatcher?, block: suspend NetworkScope.() -> Unit) = runBlocking {
    if (dispatcher == null) network(block = block) else withContext(dispatcher) { network(block = block) }
}

/** Lines of nine letters each. Neighbouring lines start with different letters. */
private fun counting(from: Int, count: Int) = ByteArray(count) {
    val position = from + it
    if (position % LINE ==
        LINE - 1
    ) {
        '\n'.code.toByte()
    } else {
        ('a'.code + position / LINE % LETTERS + position % LINE).toByte()
    }
}

private suspend fun NetworkScope.cancelledReads(random: Random) {
    val (client, server) = pair { receiveBufferSize = 1 + random.nextInt(40) }
    launch {
        var sent = 0
        while (sent < BYTES) {
            val count = (1 + random.nextInt(10)).coerceAtMost(BYTES - sent)
            client.write(counting(sent, count))
            sent += count
            if (count > 5) yield()
        }
        client.shutdownOutput()
    }
    val got = mutableListOf<Byte>()
    val choices = Random(random.nextLong())
    repeat(CANCELS) {
        val reader = launch {
            when (choices.nextInt(4)) {
                0 -> runCatching { server.readByteArray(1 + choices.nextInt(30)) }
                    .onFailure { if (it !is EOFException) throw it }
                    .onSuccess { got += it.toList() }

                1 -> server.readAvailable()?.let { got += it.toList() }

                2 -> server.readLine()?.let { got += (it + "\n").encodeToByteArray().toList() }

                else -> got += server.readByteArray().toList()
            }
        }
        repeat(choices.nextInt(4)) { yield() }
        reader.cancelAndJoin()
    }
    got += server.readByteArray().toList()
    got shouldBe counting(0, BYTES).toList()
}

private suspend fun NetworkScope.cancelledWrites(random: Random, capacity: Int) {
    val (client, server) = pair { receiveBufferSize = capacity }
    val reading = Random(random.nextLong())
    val got = mutableListOf<Byte>()
    val reader = launch {
        while (true) {
            val buffer = ByteBuffer.allocate(1 + reading.nextInt(8))
            if (server.read(buffer) < 0) break
            got += buffer.array().take(buffer.position())
            if (reading.nextInt(3) == 0) yield()
        }
    }
    var sent = 0
    repeat(CANCELS) {
        val source = ByteBuffer.wrap(counting(sent, 1 + random.nextInt(20)))
        val writer = launch { client.write(source) }
        repeat(random.nextInt(4)) { yield() }
        writer.cancelAndJoin()
        sent += source.position()
    }
    client.shutdownOutput()
    reader.join()
    got shouldBe counting(0, sent).toList()
}

private suspend fun NetworkScope.cancelledAccepts(random: Random) {
    val listener = listener { backlog = 1 }
    var accepted = 0
    var connected = 0
    repeat(CANCELS) {
        val connecting = launch { listener.connect().use { connected++ } }
        val accepting = launch { listener.accept().use { accepted++ } }
        repeat(random.nextInt(3)) { yield() }
        if (random.nextBoolean()) connecting.cancelAndJoin()
        if (random.nextBoolean()) accepting.cancelAndJoin()
        connecting.cancelAndJoin()
        accepting.cancelAndJoin()
    }
    while (true) {
        (listener.tryAccept() ?: break).use { accepted++ }
    }
    // A connect that returned was accepted once. A connect that was cancelled after it succeeded was closed.
    (accepted >= connected) shouldBe true
    snapshot().connections().size shouldBe 0
    listener.isAcceptable shouldBe false
}
