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
 * One end of a TCP stream or of a Unix domain socket stream, for coroutines. Wraps [core] with methods that suspend
 * instead of blocking. Results, exceptions, messages and precedence are those of [Connection].
 *
 * Any coroutine or thread may call any method at any time. Concurrent reads return each byte once; concurrent writes
 * run one after the other. Reads and writes suspend without limit unless [readTimeout] or [writeTimeout] is set. An
 * `await` method always has a limit, [dev.nettest.NetworkConfig.awaitLimit] unless one is given. It fails with an
 * [AssertionError] and a network snapshot. A `try` method never suspends. All times are on the network's clock.
 *
 * Every suspending method can be cancelled without losing bytes. The next read returns the bytes that a cancelled read
 * left. Bytes that a cancelled write did not transfer were never sent. The connection stays open, unlike after the
 * interrupt of a blocked thread.
 */
public class SuspendingConnection(
    /** The connection itself. Its blocking methods block the thread. */
    public val core: Connection,
) : FaultScope,
    AutoCloseable {
    // ---- reading

    /**
     * Reads the available bytes, at least one. Suspends up to [readTimeout] while there are none.
     *
     * @return the number of bytes; 0 if [target] has no space, -1 at the end of the stream
     * @throws java.net.SocketTimeoutException `Read timed out`; the connection stays usable
     * @throws java.net.SocketException `Connection reset` if the peer reset the connection, unless a write has reported
     *   the reset; also on every later read
     * @throws java.nio.channels.ClosedChannelException if this end is closed; its subclass
     *   [java.nio.channels.AsynchronousCloseException] if it was closed while this read waited
     */
    public suspend fun read(target: ByteBuffer): Int {
        val count = core.tryRead(target)
        return if (count != 0 || !target.hasRemaining()) count else core.readWhenReady(target)
    }

    /**
     * Reads all available bytes, at least one. Suspends up to [readTimeout] while there are none. Returns null at the
     * end of the stream. Throws like [read].
     */
    public suspend fun readAvailable(): ByteArray? = assemble(core.available().coerceAtLeast(INITIAL_SIZE)) { input ->
        if (input.readMore() == END_OF_STREAM) {
            null
        } else {
            while (core.available() > 0 && input.tryMore() > 0) {
                // until a read would wait
            }
            input.bytes()
        }
    }

    /**
     * Reads exactly [count] bytes. [readTimeout] starts again at each wait for more bytes. If it fails, the bytes stay
     * in the stream. With concurrent readers the bytes may not be contiguous.
     *
     * @throws java.io.EOFException if the stream ends before [count] bytes
     * @throws IllegalArgumentException if [count] is negative
     */
    public suspend fun readBytes(count: Int): ByteArray {
        require(count >= 0) { "count is negative: $count" }
        return assemble(count) { input ->
            while (input.size < count) {
                if (input.readMore() == END_OF_STREAM) {
                    throw java.io.EOFException("end of stream after ${input.size} of $count bytes")
                }
            }
            input.bytes()
        }
    }

    /** Reads until the end of the stream. Throws like [read]; then the bytes stay in the stream. */
    public suspend fun readToEnd(): ByteArray = assemble(INITIAL_SIZE) { input ->
        while (input.readMore() != END_OF_STREAM) {
            // until the end of the stream
        }
        input.bytes()
    }

    /** [readBytes] as UTF-8. [bytes] counts bytes, not characters. Malformed input becomes U+FFFD. */
    public suspend fun readUtf8(bytes: Int): String = readBytes(bytes).decodeToString()

    /** [readToEnd] as UTF-8. Malformed input becomes U+FFFD. */
    public suspend fun readUtf8(): String = readToEnd().decodeToString()

    /**
     * Reads a line of UTF-8 that ends with `\n`, `\r\n` or the end of the stream. The result excludes the line end; it
     * is null if no bytes are left. No byte after the line is consumed. [readTimeout] starts again at each wait for
     * more bytes. Throws like [read]; then the bytes stay in the stream.
     */
    public suspend fun readLine(): String? = assemble(INITIAL_SIZE) { input ->
        while (!input.endsWith(LineAssembler.NEWLINE)) {
            if (input.readMore(LineAssembler.NEWLINE) == END_OF_STREAM) {
                break
            }
        }
        input.line()
    }

    /** The lines up to the end of the stream. Each is read by [readLine] when it is collected. */
    public fun lines(): Flow<String> = flow {
        while (true) {
            emit(readLine() ?: break)
        }
    }

    /** Like [read], but returns 0 instead of suspending. */
    public fun tryRead(target: ByteBuffer): Int = core.tryRead(target)

    // ---- writing

    /**
     * Writes all of [source]. Suspends up to [writeTimeout] while the peer's buffer is full; in a rendezvous, until the
     * peer has read all bytes. After a cancellation [source] holds the bytes that were not transferred. The first write
     * after a close by the peer succeeds and its bytes are lost, like on a kernel.
     *
     * @return the number of bytes. It is short only if the connection was reset, closed or shut down during the write.
     *     The next write then reports the reason, like a blocking channel on Linux
     * @throws java.net.SocketTimeoutException `Write timed out`, with `bytesTransferred`
     * @throws java.io.IOException `Connection reset by peer` once after a reset, `Broken pipe` from then on
     * @throws java.nio.channels.ClosedChannelException if this end is closed or its output is shut down
     */
    public suspend fun write(source: ByteBuffer): Int {
        val write = core.writeAsync(source).toCompletableFuture()
        return if (write.isDone) write.outcome() else write.operation()
    }

    /** Writes all of [bytes], like [write] of a buffer. */
    public suspend fun write(bytes: ByteArray): Int = write(ByteBuffer.wrap(bytes))

    /** Writes [text] as UTF-8, like [write]. */
    public suspend fun writeUtf8(text: String): Int = write(text.encodeToByteArray())

    /** Writes [line] and `\n` as UTF-8 in one operation, like [write]. */
    public suspend fun writeLine(line: String): Int = writeUtf8(line + "\n")

    /** Like [write], but transfers only the bytes that fit now. Returns 0 instead of suspending. */
    public fun tryWrite(source: ByteBuffer): Int = core.tryWrite(source)

    // ---- closing

    /** Sends FIN: the peer reads the written bytes, then end of stream. Idempotent; does not suspend. */
    public fun shutdownOutput(): Unit = core.shutdownOutput()

    /**
     * Makes later reads return end of stream. TCP does not tell the peer; over a Unix path its writes fail with
     * `Broken pipe`. Idempotent; does not suspend.
     */
    public fun shutdownInput(): Unit = core.shutdownInput()

    /** Closes with RST: the peer reads the bytes that have arrived, then `Connection reset`. Does not suspend. */
    public fun reset(): Unit = core.reset()

    /**
     * Closes with FIN, or with RST if unread bytes are left, like the kernel. Resumes every operation that waits on
     * this end. Idempotent; does not suspend.
     *
     * @throws java.io.IOException only because of a fault; this end is closed nevertheless
     */
    override fun close(): Unit = core.close()

    // ---- settings

    /** The address of this end; also after a close. */
    public val localAddress: SocketAddress get() = core.localAddress()

    /** The address of the other end, which may be faked. */
    public val remoteAddress: SocketAddress get() = core.remoteAddress()

    /** The other end, for tests that check both. A real connection has no such access. */
    public val peer: SuspendingConnection get() = SuspendingConnection(core.peer())

    /** How long a read may suspend. Initially zero, which is no limit. Applies to reads that start later. */
    public var readTimeout: Duration
        get() = core.readTimeout().toKotlinDuration()
        set(value) {
            core.readTimeout(value.asTimeout())
        }

    /** How long a write may suspend. Initially zero, which is no limit. Applies to writes that start later. */
    public var writeTimeout: Duration
        get() = core.writeTimeout().toKotlinDuration()
        set(value) {
            core.writeTimeout(value.asTimeout())
        }

    /** The size of this end's receive buffer, in bytes. It may be changed in use. 0 is a rendezvous. */
    public var receiveBufferSize: Int
        get() = core.receiveBufferSize()
        set(value) {
            core.receiveBufferSize(value)
        }

    override val faults: Faults get() = core.faults()

    // ---- conditions

    /** The number of bytes that can be read now; 0 after a close. */
    public val available: Int get() = core.available()

    /** True if a read would return bytes, end of stream or an error at once. False after a close. */
    public val isReadable: Boolean get() = core.isReadable

    /** True if a write would transfer a byte or fail at once. False after a close. */
    public val isWritable: Boolean get() = core.isWritable

    /** True after its owner closed this end. A reset by the peer does not close it. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until [bytes] bytes can be read. For one byte, end of stream or an error is enough.
     *
     * @throws AssertionError if [limit] passes, or if the bytes can no longer arrive
     * @throws IllegalArgumentException if [bytes] is less than 1 or more than the receive buffer holds, or [limit] is
     *   negative
     */
    public suspend fun awaitReadable(bytes: Int = 1, limit: Duration = awaitLimit) {
        core.whenReadable(bytes, limit.toJavaDuration()).condition()
    }

    /** Suspends until a write would transfer a byte or fail at once. Fails like [awaitReadable]. */
    public suspend fun awaitWritable(limit: Duration = awaitLimit): Unit = await(Readiness.WRITABLE, limit)

    /** Suspends until its owner closes this end. Fails like [awaitReadable]. */
    public suspend fun awaitClosed(limit: Duration = awaitLimit): Unit = await(Readiness.CLOSED, limit)

    /** Suspends until the other end is closed or the connection reset. Fails like [awaitReadable]. */
    public suspend fun awaitPeerClosed(limit: Duration = awaitLimit): Unit = await(Readiness.PEER_CLOSED, limit)

    /** Suspends until everything is read and the peer's FIN has arrived. Fails like [awaitReadable]. */
    public suspend fun awaitEndOfStream(limit: Duration = awaitLimit): Unit = await(Readiness.END_OF_STREAM, limit)

    /** Suspends until the peer has read everything that this end wrote. Fails like [awaitReadable]. */
    public suspend fun awaitDrained(limit: Duration = awaitLimit): Unit = await(Readiness.DRAINED, limit)

    /** Suspends until a write of this end waits for free space at the peer. Fails like [awaitReadable]. */
    public suspend fun awaitWriteBlocked(limit: Duration = awaitLimit): Unit = await(Readiness.WRITE_BLOCKED, limit)

    private suspend fun await(readiness: Readiness, limit: Duration) {
        core.whenReady(readiness, limit.toJavaDuration()).condition()
    }

    private val awaitLimit: Duration get() = core.network().awaitLimit

    /** Two wrappers of the same end are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingConnection && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Both addresses, this end's first, and the state as in `netstat`. */
    override fun toString(): String = core.toString()
}

private const val INITIAL_SIZE = 128
