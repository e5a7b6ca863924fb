package dev.nettest.dsl.internal

import dev.nettest.Connection
import dev.nettest.Readiness
import dev.nettest.dsl.SuspendingConnection
import java.nio.ByteBuffer

internal const val END_OF_STREAM = -1

/**
 * Waits for bytes or the end of the stream, up to the read timeout. The caller has tried once: that is the fast path.
 */
internal suspend fun Connection.readWhenReady(target: ByteBuffer): Int = readWhenReady { tryRead(target) }

/** Waits until [attempt] returns a count or [END_OF_STREAM], up to the read timeout. */
internal suspend inline fun Connection.readWhenReady(attempt: () -> Int): Int {
    var count = 0
    retryWhenReady(Readiness.READABLE, "read", readTimeout().toNanos(), "Read timed out") {
        count = attempt()
        count != 0
    }
    return count
}

/** Runs [block], which consumes bytes of the stream. If it fails, the bytes are returned to the stream. */
internal suspend inline fun <T> SuspendingConnection.assemble(size: Int, block: (LineAssembler) -> T): T {
    val assembler = LineAssembler(core, size)
    return showingCaller {
        try {
            block(assembler)
        } catch (e: Throwable) {
            assembler.unread()
            throw e
        }
    }
}

/** Collects the bytes of a result that takes several reads: a line, or a fixed number of bytes. */
internal class LineAssembler(private val core: Connection, size: Int) {
    private var buffer: ByteBuffer = ByteBuffer.allocate(size)

    val size: Int get() = buffer.position()

    /** Like [Connection.tryRead]. */
    fun tryMore(): Int = core.tryRead(bufferWithSpace())

    /** Reads at least one byte. Returns the count, or [END_OF_STREAM]. */
    suspend fun readMore(): Int {
        val target = bufferWithSpace()
        val count = core.tryRead(target)
        return if (count != 0) count else core.readWhenReady(target)
    }

    /** Like [readMore], but stops after the first [delimiter]. */
    suspend fun readMore(delimiter: Byte): Int {
        val target = bufferWithSpace()
        val count = core.tryRead(target, delimiter)
        return if (count != 0) count else core.readWhenReady { core.tryRead(target, delimiter) }
    }

    fun endsWith(last: Byte): Boolean = size > 0 && buffer[size - 1] == last

    fun bytes(): ByteArray = if (buffer.hasRemaining()) buffer.array().copyOf(size) else buffer.array()

    /** The text of the line without its line end; null if there are no bytes. */
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

    /** Returns all bytes to the stream. */
    fun unread() {
        core.unread(buffer.flip())
    }

    private fun bufferWithSpace(): ByteBuffer {
        if (!buffer.hasRemaining()) {
            val size = Math.multiplyExact(buffer.capacity().coerceAtLeast(1), 2)
            buffer = ByteBuffer.allocate(size).put(buffer.flip())
        }
        return buffer
    }

    internal companion object {
        const val NEWLINE = '\n'.code.toByte()
        private const val RETURN = '\r'.code.toByte()
    }
}
