package dev.nettest.dsl

import dev.nettest.Connection
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ClosedChannelException

internal const val END_OF_STREAM = -1

/** Waits, up to the read timeout, for bytes or the end of the stream. Apart from the try before it, which is the fast path. */
internal suspend fun Connection.readWhenReady(target: ByteBuffer): Int = readWhenReady { tryRead(target) }

/** Waits, up to the read timeout, until [attempt] gives something: a count, or the end of the stream. */
internal suspend inline fun Connection.readWhenReady(attempt: () -> Int): Int {
    val timeout = readTimeout().toNanos()
    val clock = network().clock()
    val deadline = if (timeout == 0L) 0 else clock.nanoTime() + timeout
    while (true) {
        val ready = if (timeout == 0L) true.also { untilReadable() } else untilReadable(clock, deadline)
        val count = saying(this::isClosed, attempt)
        if (count != 0) {
            return count
        }
        if (!ready) {
            throw SocketTimeoutException("Read timed out")
        }
    }
}

/** Makes "it is closed" the "it was closed meanwhile" that those who waited get from a channel. */
internal inline fun <T> saying(isClosed: () -> Boolean, attempt: () -> T): T = try {
    attempt()
} catch (e: ClosedChannelException) {
    throw if (e.javaClass == ClosedChannelException::class.java && isClosed()) AsynchronousCloseException() else e
}

/** Runs [block], which takes bytes off the stream; unless it succeeds, they go back to where they came from. */
internal suspend inline fun <T> SuspendingConnection.assemble(size: Int, block: (Assembly) -> T): T {
    val taken = Assembly(core, size)
    try {
        return block(taken)
    } catch (e: Throwable) {
        taken.giveBack()
        throw e
    }
}

/** Bytes that were read, for a result that is not complete yet. */
internal class Assembly(private val core: Connection, size: Int) {
    private var buffer: ByteBuffer = ByteBuffer.allocate(size)

    val size: Int get() = buffer.position()

    /** As [Connection.tryRead]. */
    fun tryMore(): Int = core.tryRead(withRoom())

    /** Reads at least a byte; returns how many, or [END_OF_STREAM]. */
    suspend fun readMore(): Int {
        val target = withRoom()
        val count = core.tryRead(target)
        return if (count != 0) count else core.readWhenReady(target)
    }

    /** As [readMore], but not beyond the first [delimiter]. */
    suspend fun readMore(delimiter: Byte): Int {
        val target = withRoom()
        val count = core.tryRead(target, delimiter)
        return if (count != 0) count else core.readWhenReady { core.tryRead(target, delimiter) }
    }

    fun endsWith(last: Byte): Boolean = size > 0 && buffer[size - 1] == last

    fun bytes(): ByteArray = if (buffer.hasRemaining()) buffer.array().copyOf(size) else buffer.array()

    /** The text of a line, without its end; null where there is not even that. */
    fun line(): String? {
        if (size == 0) {
            return null
        }
        var end = size
        if (endsWith(NEWLINE)) {
            end--
            if (end > 0 && buffer[end - 1] == RETURN) {
                end--
            }
        }
        return buffer.array().decodeToString(0, end)
    }

    fun giveBack() {
        core.unread(buffer.flip())
    }

    private fun withRoom(): ByteBuffer {
        if (!buffer.hasRemaining()) {
            val size = Math.multiplyExact(buffer.capacity().coerceAtLeast(1), 2)
            buffer = ByteBuffer.allocate(size).put(buffer.flip())
        }
        return buffer
    }

    private companion object {
        const val NEWLINE = '\n'.code.toByte()
        const val RETURN = '\r'.code.toByte()
    }
}
