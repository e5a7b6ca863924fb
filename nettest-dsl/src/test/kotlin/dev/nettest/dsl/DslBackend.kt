package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.NetworkConfig
import dev.nettest.contract.Capability
import dev.nettest.contract.Connector
import dev.nettest.contract.JdkType
import dev.nettest.contract.Pair
import dev.nettest.contract.Server
import dev.nettest.contract.Stream
import dev.nettest.contract.StreamBackend
import dev.nettest.contract.StreamContracts
import dev.nettest.contract.UnixContracts
import kotlinx.coroutines.runBlocking
import java.net.SocketAddress
import java.net.UnixDomainSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import java.time.Duration
import java.util.EnumSet
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import kotlin.time.toKotlinDuration

/** The suspending wrappers keep the contract of channels, except for interrupts. */
class SuspendingContractTest : StreamContracts() {
    override fun open(): StreamBackend = DslBackend(NetworkConfig.DEFAULT_RECEIVE_BUFFER_SIZE)
}

/** Stress case: every second byte has to wait. */
class OneByteSuspendingContractTest : StreamContracts() {
    override fun open(): StreamBackend = DslBackend(1)
}

/** Stress case: every byte has to wait for its reader. */
class RendezvousSuspendingContractTest : StreamContracts() {
    override fun open(): StreamBackend = DslBackend(0)
}

/** The same contract over Unix paths. */
class UnixSuspendingContractTest : UnixContracts() {
    override fun open(): StreamBackend = DslBackend(NetworkConfig.DEFAULT_UNIX_RECEIVE_BUFFER_SIZE, unix = true)
}

/** Stress case: every second byte has to wait. */
class OneByteUnixSuspendingContractTest : UnixContracts() {
    override fun open(): StreamBackend = DslBackend(1, unix = true)
}

/** The DSL as a blocking backend: each call runs a coroutine and blocks its thread until the coroutine ends. */
private class DslBackend(private val receiveBufferSize: Int, private val unix: Boolean = false) : StreamBackend {
    private val paths = AtomicInteger()

    private val network = runBlocking {
        openNetwork(NetworkConfig.builder().receiveBufferSize(receiveBufferSize).build())
    }

    override fun jdkType(): JdkType = JdkType.CHANNEL

    override fun capabilities(): Set<Capability> {
        val capabilities = EnumSet.of(
            Capability.READ_TIMEOUT,
            Capability.WRITE_TIMEOUT,
            Capability.ACCEPT_TIMEOUT,
            Capability.JDK_TYPE_THROUGHOUT,
            if (unix) Capability.UNIX else Capability.IPV6,
        )
        if (receiveBufferSize > 0) {
            capabilities += Capability.FILL
        }
        return capabilities
    }

    override fun capacity(): Int = receiveBufferSize

    override fun moreThanFits(): Int = 2 * receiveBufferSize + 3

    override fun pair(peer: JdkType): Pair = runBlocking {
        network.listener(anyAddress()).use { listener ->
            val client = DslStream(listener.connect())
            val server = DslStream(listener.accept())
            object : Pair {
                override fun client() = client

                override fun server() = server

                /** Written bytes arrive at once. */
                override fun settle() = Unit
            }
        }
    }

    override fun anyAddress(): SocketAddress =
        if (unix) UnixDomainSocketAddress.of("/run/${paths.getAndIncrement()}") else StreamBackend.loopback(0)

    override fun bind(address: SocketAddress, backlog: Int): Server {
        val listener = network.listener(address) { this.backlog = backlog }
        return object : Server {
            @Volatile
            private var timeout = Duration.ZERO

            override fun accept(): Stream = runBlocking { DslStream(listener.accept(timeout.asKotlinTimeout())) }

            /** The wrapper takes the timeout as a parameter of each accept. */
            override fun acceptTimeout(timeout: Duration) {
                if (timeout.isNegative) {
                    runBlocking { listener.accept(timeout.asKotlinTimeout()) }
                }
                this.timeout = timeout
            }

            override fun address(): SocketAddress = listener.localAddress

            override fun close() = listener.close()

            override fun isOpen(): Boolean = !listener.isClosed
        }
    }

    override fun connector(): Connector = object : Connector {
        @Volatile
        private var connecting: Connection? = null

        @Volatile
        private var closed = false

        override fun connect(address: SocketAddress, timeout: Duration): Stream {
            if (closed) {
                throw ClosedChannelException()
            }
            return runBlocking {
                DslStream(
                    network.connect(address) {
                        connectTimeout = timeout.asKotlinTimeout()
                        connecting = connection
                    },
                )
            }
        }

        override fun close() {
            closed = true
            connecting?.close()
        }

        override fun isOpen(): Boolean = !closed && connecting?.isOpen != false
    }

    override fun refusingAddress(): SocketAddress {
        val address = if (unix) anyAddress() else StreamBackend.loopback(1)
        network.listener(address).close()
        return address
    }

    /** If all coroutines of a thread are suspended, the thread is parked in its `runBlocking`. */
    override fun awaitBlocked(thread: Thread) {
        while (thread.isAlive &&
            LockSupport.getBlocker(thread)?.javaClass?.name?.startsWith("kotlinx.coroutines.") != true
        ) {
            Thread.onSpinWait()
        }
    }

    override fun fill(pair: Pair): Long {
        val writer = (pair.client() as DslStream).end
        return generateSequence {
            writer.tryWrite(ByteBuffer.allocate(1 shl 16)).takeIf { it > 0 }
        }.sumOf { it.toLong() }
    }

    override fun close() = runBlocking { network.close() }

    override fun toString(): String = "suspending wrappers with buffers of $receiveBufferSize bytes"
}

private class DslStream(val end: SuspendingConnection) : Stream {
    override fun jdkType(): JdkType = JdkType.CHANNEL

    override fun read(target: ByteArray, offset: Int, length: Int): Int =
        runBlocking { end.read(ByteBuffer.wrap(target, offset, length)) }

    override fun write(source: ByteArray, offset: Int, length: Int): Int =
        runBlocking { end.write(ByteBuffer.wrap(source, offset, length)) }

    override fun available(): Int = end.available

    override fun shutdownInput() = end.shutdownInput()

    override fun shutdownOutput() = end.shutdownOutput()

    override fun reset() = end.reset()

    override fun close() = end.close()

    override fun isOpen(): Boolean = !end.isClosed

    override fun localAddress(): SocketAddress = end.localAddress

    override fun remoteAddress(): SocketAddress = end.remoteAddress

    override fun readTimeout(timeout: Duration) {
        end.readTimeout = timeout.asKotlinTimeout()
    }

    override fun writeTimeout(timeout: Duration) {
        end.writeTimeout = timeout.asKotlinTimeout()
    }
}

/** The JDK's zero, no timeout, in the words of Kotlin. */
private fun Duration.asKotlinTimeout(): kotlin.time.Duration =
    if (isZero) kotlin.time.Duration.INFINITE else toKotlinDuration()
