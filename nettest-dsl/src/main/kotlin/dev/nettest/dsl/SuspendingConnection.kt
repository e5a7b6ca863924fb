package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.Readiness
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.net.SocketAddress
import java.nio.ByteBuffer
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * One end of a TCP stream, or of one between Unix domain sockets, for coroutines. It is [core] with methods that suspend where those of [Connection] block: the same
 * results, the same exceptions, the same texts, the same order of what comes first.
 *
 * Any coroutine or thread may call any method at any time. Two reads at once get each byte once; two writes at once are carried
 * out one after the other. A plain method that suspends does so without limit unless [readTimeout] or [writeTimeout] is set; an
 * `await` method always has a limit, [dev.nettest.NetworkConfig.awaitLimit] unless one is given, and fails with an
 * [AssertionError] that shows the network; a `try` method never suspends. All time is the network's clock.
 *
 * Everything that suspends can be cancelled, and then no byte is lost: what a read had not returned is there for the next one,
 * what a write had not transferred was never sent. A cancelled coroutine leaves the connection open, unlike an interrupted
 * thread.
 */
public class SuspendingConnection(
    /** The connection itself. Its blocking methods block the thread. */
    public val core: Connection,
) : FaultScope,
    AutoCloseable {
    // ---- reading

    /**
     * Reads what is there, at least a byte; suspends, up to [readTimeout], while there is nothing.
     *
     * @return how many bytes, 0 if [target] has no room, -1 at the end of the stream
     * @throws java.net.SocketTimeoutException `Read timed out`; the connection stays usable
     * @throws java.net.SocketException `Connection reset`, then and ever after, if the peer reset the connection and no write was
     *   told of it first
     * @throws java.nio.channels.ClosedChannelException if this end is closed; if that happened meanwhile, the subclass that says so
     */
    public suspend fun read(target: ByteBuffer): Int {
        val count = core.tryRead(target)
        return if (count != 0 || !target.hasRemaining()) count else core.readWhenReady(target)
    }

    /**
     * Reads all that is there, at least a byte; suspends, up to [readTimeout], while there is nothing. Null at the end of the
     * stream. Throws as [read].
     */
    public suspend fun readAvailable(): ByteArray? = assemble(core.available().coerceAtLeast(SMALL)) { taken ->
        if (taken.readMore() == END_OF_STREAM) {
            null
        } else {
            while (core.available() > 0 && taken.tryMore() > 0) {
                // goes on while it need not wait
            }
            taken.bytes()
        }
    }

    /**
     * Reads exactly [count] bytes; each time it has to wait for more, [readTimeout] begins anew. When it does not get them all, those
     * that came are left to be read. Between other readers the bytes may not be contiguous.
     *
     * @throws java.io.EOFException if the stream ends earlier
     * @throws IllegalArgumentException if [count] is negative
     */
    public suspend fun readBytes(count: Int): ByteArray {
        require(count >= 0) { "count is negative: $count" }
        return assemble(count) { taken ->
            while (taken.size < count) {
                if (taken.readMore() == END_OF_STREAM) {
                    throw java.io.EOFException("end of stream after ${taken.size} of $count bytes")
                }
            }
            taken.bytes()
        }
    }

    /** Reads until the end of the stream; throws as [read], and then leaves what came to be read. */
    public suspend fun readToEnd(): ByteArray = assemble(SMALL) { taken ->
        while (taken.readMore() != END_OF_STREAM) {
            // until there is no more
        }
        taken.bytes()
    }

    /** [readBytes] as UTF-8; [bytes] are bytes, not characters. What is malformed becomes U+FFFD. */
    public suspend fun readUtf8(bytes: Int): String = readBytes(bytes).decodeToString()

    /** [readToEnd] as UTF-8. What is malformed becomes U+FFFD. */
    public suspend fun readUtf8(): String = readToEnd().decodeToString()

    /**
     * Reads a line of UTF-8, up to `\n` or `\r\n`, which are not part of it, or the end of the stream; null if nothing is left.
     * Not a byte beyond the line is taken. Each time it has to wait for more, [readTimeout] begins anew. Throws as [read], and then
     * leaves what came to be read.
     */
    public suspend fun readLine(): String? = assemble(SMALL) { taken ->
        while (!taken.endsWith(NEWLINE)) {
            if (taken.readMore(NEWLINE) == END_OF_STREAM) {
                break
            }
        }
        taken.line()
    }

    /** The lines from here to the end of the stream, each read by [readLine] when it is collected. */
    public fun lines(): Flow<String> = flow {
        while (true) {
            emit(readLine() ?: break)
        }
    }

    /** As [read], but returns 0 where it would suspend. */
    public fun tryRead(target: ByteBuffer): Int = core.tryRead(target)

    // ---- writing

    /**
     * Writes all of [source]; suspends, up to [writeTimeout], while the peer's buffer is full, in a rendezvous until the peer has
     * read it all. Cancelled, it leaves in [source] what was not transferred. The first write after the peer closed succeeds,
     * and its bytes are lost, as on a kernel.
     *
     * @return how many bytes; fewer than all only if the connection was reset, closed or shut down after some were moved, which the
     *   next write then reports, as a blocking channel on Linux does
     * @throws java.net.SocketTimeoutException `Write timed out`, with `bytesTransferred`
     * @throws java.io.IOException `Connection reset by peer` once after a reset, `Broken pipe` from then on
     * @throws java.nio.channels.ClosedChannelException if this end is closed, or its output shut down
     */
    public suspend fun write(source: ByteBuffer): Int {
        val write = core.writeAsync(source).toCompletableFuture()
        return if (write.isDone) write.outcome() else write.operation()
    }

    /** Writes all of [bytes], as [write] of a buffer does. */
    public suspend fun write(bytes: ByteArray): Int = write(ByteBuffer.wrap(bytes))

    /** Writes [text] as UTF-8, as [write] does. */
    public suspend fun writeUtf8(text: String): Int = write(text.encodeToByteArray())

    /** Writes [line] and `\n` as UTF-8, in one operation, as [write] does. */
    public suspend fun writeLine(line: String): Int = writeUtf8(line + "\n")

    /** As [write], but moves only what there is room for now; 0 where it would suspend, also for another's write. */
    public fun tryWrite(source: ByteBuffer): Int = core.tryWrite(source)

    // ---- ends of things

    /** Sends FIN: the peer reads what was written, then end of stream. Reading goes on. Idempotent; does not suspend. */
    public fun shutdownOutput(): Unit = core.shutdownOutput()

    /**
     * Reads give end of stream from here on; the peer learns nothing of it, or, over a Unix path, finds a broken pipe. Idempotent; does
     * not suspend.
     */
    public fun shutdownInput(): Unit = core.shutdownInput()

    /** Closes with an RST: the peer reads what it has, then `Connection reset`. Does not suspend. */
    public fun reset(): Unit = core.reset()

    /**
     * Closes: FIN, or RST if something is unread here, as the kernel does. Frees all who wait in this end. Idempotent; does not
     * suspend.
     *
     * @throws java.io.IOException only if a fault says so; it is closed all the same
     */
    override fun close(): Unit = core.close()

    // ---- settings

    /** The address of this end; it stays after a close. */
    public val localAddress: SocketAddress get() = core.localAddress()

    /** The address of the other end, as that has it or fakes it. */
    public val remoteAddress: SocketAddress get() = core.remoteAddress()

    /** The other end, for tests that look at both; a server would not have it. */
    public val peer: SuspendingConnection get() = SuspendingConnection(core.peer())

    /** How long a read may suspend; zero, as it is at first, for ever. Holds for reads that begin after it is set. */
    public var readTimeout: Duration
        get() = core.readTimeout().toKotlinDuration()
        set(value) {
            core.readTimeout(value.asTimeout())
        }

    /** How long a write may suspend; zero, as it is at first, for ever. Holds for writes that begin after it is set. */
    public var writeTimeout: Duration
        get() = core.writeTimeout().toKotlinDuration()
        set(value) {
            core.writeTimeout(value.asTimeout())
        }

    /** The size of the buffer that this end reads from, in bytes; may be changed in use. 0 is a rendezvous. */
    public var receiveBufferSize: Int
        get() = core.receiveBufferSize()
        set(value) {
            core.receiveBufferSize(value)
        }

    override val faults: Faults get() = core.faults()

    // ---- looking and waiting

    /** Bytes that can be read now; 0 when closed. */
    public val available: Int get() = core.available()

    /** Whether a read would return at once: bytes, end of stream or an error. False once this end is closed. */
    public val isReadable: Boolean get() = core.isReadable

    /** Whether a write would move at least a byte, or fail, at once. False once this end is closed. */
    public val isWritable: Boolean get() = core.isWritable

    /** Whether this end is closed by its owner; a reset by the peer does not close it. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until [bytes] bytes can be read; for one, also until a read would give end of stream or an error.
     *
     * @throws AssertionError when [limit] passes, or when they can no longer come
     * @throws IllegalArgumentException if [bytes] is less than 1 or more than the receive buffer can hold, or [limit] is negative
     */
    public suspend fun awaitReadable(bytes: Int = 1, limit: Duration = awaitLimit) {
        core.whenReadable(bytes, limit.toJavaDuration()).condition()
    }

    /** Suspends until a write would move at least a byte, or fail, at once. Fails as [awaitReadable]. */
    public suspend fun awaitWritable(limit: Duration = awaitLimit): Unit = await(Readiness.WRITABLE, limit)

    /** Suspends until this end is closed by its owner. Fails as [awaitReadable]. */
    public suspend fun awaitClosed(limit: Duration = awaitLimit): Unit = await(Readiness.CLOSED, limit)

    /** Suspends until the other end is closed, or the connection reset. Fails as [awaitReadable]. */
    public suspend fun awaitPeerClosed(limit: Duration = awaitLimit): Unit = await(Readiness.PEER_CLOSED, limit)

    /** Suspends until everything is read and the peer's FIN is there. Fails as [awaitReadable]. */
    public suspend fun awaitEndOfStream(limit: Duration = awaitLimit): Unit = await(Readiness.END_OF_STREAM, limit)

    /** Suspends until the peer has read everything that was written here. Fails as [awaitReadable]. */
    public suspend fun awaitDrained(limit: Duration = awaitLimit): Unit = await(Readiness.DRAINED, limit)

    /** Suspends until a write of this end waits for the peer to make room. Fails as [awaitReadable]. */
    public suspend fun awaitWriteBlocked(limit: Duration = awaitLimit): Unit = await(Readiness.WRITE_BLOCKED, limit)

    private suspend fun await(readiness: Readiness, limit: Duration) {
        core.whenReady(readiness, limit.toJavaDuration()).condition()
    }

    private val awaitLimit: Duration get() = core.network().awaitLimit

    /** Two faces of one connection are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingConnection && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Both addresses, this end's first, and the state that `netstat` would show. */
    override fun toString(): String = core.toString()
}

private const val SMALL = 128
private const val NEWLINE = '\n'.code.toByte()
