package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.KeepAlive
import dev.nettest.Readiness
import dev.nettest.dsl.internal.END_OF_STREAM
import dev.nettest.dsl.internal.LineAssembler
import dev.nettest.dsl.internal.Wait
import dev.nettest.dsl.internal.asBuffer
import dev.nettest.dsl.internal.assemble
import dev.nettest.dsl.internal.await
import dev.nettest.dsl.internal.condition
import dev.nettest.dsl.internal.fail
import dev.nettest.dsl.internal.operation
import dev.nettest.dsl.internal.readWhenReady
import dev.nettest.dsl.internal.transferred
import dev.nettest.dsl.internal.writeFully
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.io.IOException
import java.net.SocketAddress
import java.nio.ByteBuffer
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration

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
 *
 * @sample dev.nettest.dsl.samples.bytesAndText
 * @sample dev.nettest.dsl.samples.endsOfAConnection
 * @sample dev.nettest.dsl.samples.backPressure
 * @sample dev.nettest.dsl.samples.forgottenConnection
 */
public class SuspendingConnection internal constructor(
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
        val count = try {
            core.tryRead(target)
        } catch (e: IOException) {
            return fail(e)
        }
        return if (count != 0 || !target.hasRemaining()) count else core.readWhenReady(target)
    }

    /**
     * Reads the available bytes into [target], from [startIndex] up to [endIndex]. Suspends and throws like [read] into
     * a buffer.
     *
     * @return the number of bytes; 0 if the range is empty, -1 at the end of the stream
     * @throws IndexOutOfBoundsException if the range is not within [target]
     */
    public suspend fun read(target: ByteArray, startIndex: Int = 0, endIndex: Int = target.size): Int =
        read(target.asBuffer(startIndex, endIndex))

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
     * Reads exactly [byteCount] bytes. [readTimeout] starts again at each wait for more bytes. If it fails, the bytes
     * can be read again, but a [close] counts them as read: the peer sees FIN, like after `DataInputStream.readFully`.
     * With concurrent readers the bytes may not be contiguous.
     *
     * @throws java.io.EOFException if the stream ends before [byteCount] bytes
     * @throws IllegalArgumentException if [byteCount] is negative
     * @sample dev.nettest.dsl.samples.fixedNumberOfBytes
     */
    public suspend fun readByteArray(byteCount: Int): ByteArray {
        require(byteCount >= 0) { "byteCount is negative: $byteCount" }
        return assemble(byteCount) { input ->
            while (input.size < byteCount) {
                if (input.readMore() == END_OF_STREAM) {
                    throw java.io.EOFException("end of stream after ${input.size} of $byteCount bytes")
                }
            }
            input.bytes()
        }
    }

    /** Reads until the end of the stream. Throws like [read]; then the bytes can be read again. */
    public suspend fun readByteArray(): ByteArray = assemble(INITIAL_SIZE) { input ->
        while (input.readMore() != END_OF_STREAM) {
            // until the end of the stream
        }
        input.bytes()
    }

    /** [readByteArray] as UTF-8. [byteCount] counts bytes, not characters. Malformed input becomes U+FFFD. */
    public suspend fun readUtf8(byteCount: Int): String = readByteArray(byteCount).decodeToString()

    /** [readByteArray] until the end of the stream, as UTF-8. Malformed input becomes U+FFFD. */
    public suspend fun readUtf8(): String = readByteArray().decodeToString()

    /**
     * Reads a line of UTF-8 that ends with `\n`, `\r\n` or the end of the stream. The result excludes the line end; it
     * is null if no bytes are left. No byte after the line is consumed. [readTimeout] starts again at each wait for
     * more bytes. Throws like [read]; then the bytes can be read again.
     */
    public suspend fun readLine(): String? = assemble(INITIAL_SIZE) { input ->
        while (!input.endsWith(LineAssembler.NEWLINE)) {
            if (input.readMore(LineAssembler.NEWLINE) == END_OF_STREAM) {
                break
            }
        }
        input.line()
    }

    /**
     * The lines up to the end of the stream. Each is read by [readLine] when it is collected. An operator that buffers
     * reads ahead, like with [chunks].
     *
     * @sample dev.nettest.dsl.samples.echo
     */
    public fun lines(): Flow<String> = flow {
        while (true) {
            emit(readLine() ?: break)
        }
    }

    /**
     * The bytes up to the end of the stream, in chunks of what is available. Each chunk is read by [readAvailable] when
     * it is collected. An operator that buffers, such as `buffer` or `flowOn`, reads ahead of its collector, and a
     * cancelled collector loses the chunks that were read ahead.
     *
     * @sample dev.nettest.dsl.samples.chunksOfAStream
     */
    public fun chunks(): Flow<ByteArray> = flow {
        while (true) {
            emit(readAvailable() ?: break)
        }
    }

    /** Like [read], but returns 0 instead of suspending. */
    public fun tryRead(target: ByteBuffer): Int = core.tryRead(target)

    // ---- writing

    /**
     * Writes all of [source]. Suspends up to [writeTimeout] while the peer's buffer is full; in a rendezvous, until the
     * peer has read all bytes. This is the write of a channel: [source] keeps the bytes that were not transferred, also
     * after a cancellation. The first write after a close by the peer succeeds, and its bytes are lost, like on a
     * kernel.
     *
     * @return the number of bytes. It is short only if the connection was reset, closed or shut down during the write.
     *     The next write then reports the reason, like a blocking channel on Linux
     * @throws java.net.SocketTimeoutException `Write timed out`, with `bytesTransferred`
     * @throws java.io.IOException `Connection reset by peer` once after a reset, `Broken pipe` from then on
     * @throws java.nio.channels.ClosedChannelException if this end is closed or its output is shut down
     */
    public suspend fun write(source: ByteBuffer): Int {
        val write = core.writeAsync(source).toCompletableFuture()
        return if (write.isDone && !write.isCompletedExceptionally) {
            write.join()
        } else {
            write.operation(Wait(core, "write", limited = !core.writeTimeout().isZero))
        }
    }

    /**
     * Writes [bytes] from [startIndex] up to [endIndex]: all of them, or it throws. Suspends and throws like [write] of
     * a buffer, and also if that would be short. The exception tells how many bytes were transferred, see
     * [bytesTransferred].
     *
     * @throws IndexOutOfBoundsException if the range is not within [bytes]
     * @sample dev.nettest.dsl.samples.aWriteThatTransfersAPart
     */
    public suspend fun write(bytes: ByteArray, startIndex: Int = 0, endIndex: Int = bytes.size): Unit =
        writeFully(bytes.asBuffer(startIndex, endIndex))

    /** Writes [text] as UTF-8: all of it, or it throws, like [write] of an array. */
    public suspend fun writeUtf8(text: String): Unit = write(text.encodeToByteArray())

    /** Writes [line] and `\n` as UTF-8 in one operation: all of it, or it throws, like [write] of an array. */
    public suspend fun writeLine(line: String): Unit = writeUtf8(line + "\n")

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

    // ---- cutting

    /**
     * Cuts this connection in both directions until [repair], as when a NAT forgets it; others work. See
     * [Connection.partition]. Does not suspend.
     */
    public fun partition() {
        core.partition()
    }

    /** Cuts only the direction to the [peer]. */
    public fun partitionOneWay() {
        core.partitionOneWay()
    }

    /** Repairs both directions; held data is sent at once. */
    public fun repair() {
        core.repair()
    }

    /** Runs [block] while this connection is [cut][partition], and repairs it also if [block] throws. */
    public inline fun <T> partitioned(block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        partition()
        try {
            return block()
        } finally {
            repair()
        }
    }

    // ---- settings

    /** The address of this end; also after a close. */
    public val localAddress: SocketAddress get() = core.localAddress()

    /** The address of the other end, which may be faked. */
    public val remoteAddress: SocketAddress get() = core.remoteAddress()

    /** The other end, for tests that check both. A real connection has no such access. */
    public val peer: SuspendingConnection get() = SuspendingConnection(core.peer())

    /**
     * How long a read may suspend. Initially [Duration.INFINITE]. Applies to reads that start later.
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     * @sample dev.nettest.dsl.samples.readTimeout
     */
    public var readTimeout: Duration
        get() = core.readTimeout().fromTimeout()
        set(value) {
            core.readTimeout(value.asTimeout("readTimeout"))
        }

    /**
     * How long a write may suspend. Initially [Duration.INFINITE]. Applies to writes that start later.
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var writeTimeout: Duration
        get() = core.writeTimeout().fromTimeout()
        set(value) {
            core.writeTimeout(value.asTimeout("writeTimeout"))
        }

    /** The size of this end's receive buffer, in bytes. It may be changed in use. 0 is a rendezvous. */
    public var receiveBufferSize: Int
        get() = core.receiveBufferSize()
        set(value) {
            core.receiveBufferSize(value)
        }

    /** The keep-alive of this end: `keepAlive = keepAlive(3.seconds, 1.seconds, 3)`. Initially off. */
    public var keepAlive: KeepAlive
        get() = core.keepAlive()
        set(value) {
            core.keepAlive(value)
        }

    override val faults: Faults get() = core.faults()

    // ---- conditions

    /** The number of bytes that can be read now; 0 after a close. */
    public val available: Int get() = core.available()

    /** True if a read would return bytes, end of stream or an error at once. False after a close. */
    public val isReadable: Boolean get() = core.isReadable

    /** True if a write would transfer a byte or fail at once. False after a close. */
    public val isWritable: Boolean get() = core.isWritable

    /** True if a reset has ended this connection: this end received or sent it. See [Connection.isReset]. */
    public val isReset: Boolean get() = core.isReset

    /** True after its owner closed this end. A reset by the peer does not close it. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until [bytes] bytes can be read. For one byte, end of stream or an error is enough.
     *
     * @throws AssertionError if [limit] passes, or if the bytes can no longer arrive
     * @throws IllegalArgumentException if [bytes] is less than 1 or more than the receive buffer holds, or [limit] is
     *   negative or infinite
     * @sample dev.nettest.dsl.samples.limitsOfAwaits
     */
    public suspend fun awaitReadable(limit: Duration = awaitLimit, bytes: Int = 1) {
        condition(Wait(core, "awaitReadable", limited = true)) { core.whenReadable(bytes, limit.asLimit()) }
    }

    /** Suspends until a write would transfer a byte or fail at once. Fails like [awaitReadable]. */
    public suspend fun awaitWritable(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.WRITABLE, limit, "awaitWritable")

    /** Suspends until its owner closes this end. Fails like [awaitReadable]. */
    public suspend fun awaitClosed(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.CLOSED, limit, "awaitClosed")

    /** Suspends until the other end is closed or the connection reset. Fails like [awaitReadable]. */
    public suspend fun awaitPeerClosed(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.PEER_CLOSED, limit, "awaitPeerClosed")

    /** Suspends until everything is read and the peer's FIN has arrived. Fails like [awaitReadable]. */
    public suspend fun awaitEndOfStream(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.END_OF_STREAM, limit, "awaitEndOfStream")

    /** Suspends until the peer has read everything that this end wrote. Fails like [awaitReadable]. */
    public suspend fun awaitDrained(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.DRAINED, limit, "awaitDrained")

    /** Suspends until a write of this end waits for free space at the peer. Fails like [awaitReadable]. */
    public suspend fun awaitWriteBlocked(limit: Duration = awaitLimit): Unit =
        core.await(Readiness.WRITE_BLOCKED, limit, "awaitWriteBlocked")

    private val awaitLimit: Duration get() = core.network().awaitLimit

    /** Two wrappers of the same end are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingConnection && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Both addresses, this end's first, and the state as in `netstat`. */
    override fun toString(): String = core.toString()
}

/**
 * Wraps this end for coroutines. Any number of wrappers may be used; they are equal.
 *
 * @sample dev.nettest.dsl.samples.wrappedConnection
 */
public fun Connection.asSuspending(): SuspendingConnection = SuspendingConnection(this)

/**
 * How many bytes a failed write of a [SuspendingConnection] had transferred; 0 for a failure of anything else. For a
 * timeout it is the field of [java.io.InterruptedIOException].
 */
public val IOException.bytesTransferred: Int get() = transferred()

private const val INITIAL_SIZE = 128
