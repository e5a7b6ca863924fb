package dev.nettest.dsl.internal

import dev.nettest.dsl.SuspendingConnection
import java.io.IOException
import java.io.InterruptedIOException
import java.nio.ByteBuffer
import java.util.Objects

/** Attached to the failure of a write that had transferred a part of its bytes. */
internal class PartialWrite(val bytesTransferred: Int, total: Int) :
    Exception("$bytesTransferred of $total bytes had been written", null, false, false)

/** Writes all of [source], or throws with the number of bytes that were transferred. */
internal suspend fun SuspendingConnection.writeFully(source: ByteBuffer) {
    val total = source.remaining()
    showingCaller {
        try {
            do {
                write(source) // a short write means that the next one throws the reason
            } while (source.hasRemaining())
        } catch (e: IOException) {
            e.noteTransferred(total - source.remaining(), total)
            throw e
        }
    }
}

private fun IOException.noteTransferred(bytes: Int, total: Int) {
    if (this is InterruptedIOException) {
        bytesTransferred = bytes
    } else {
        addSuppressed(PartialWrite(bytes, total))
    }
}

/** A fault may throw the same instance again, so the last note counts. */
internal fun IOException.transferred(): Int = if (this is InterruptedIOException) {
    bytesTransferred
} else {
    suppressed.filterIsInstance<PartialWrite>().lastOrNull()?.bytesTransferred ?: 0
}

internal fun ByteArray.asBuffer(startIndex: Int, endIndex: Int): ByteBuffer {
    Objects.checkFromToIndex(startIndex, endIndex, size)
    return ByteBuffer.wrap(this, startIndex, endIndex - startIndex)
}
