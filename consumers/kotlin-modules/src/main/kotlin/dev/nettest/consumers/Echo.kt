package dev.nettest.consumers

import dev.nettest.dsl.SuspendingListener
import dev.nettest.dsl.network
import kotlinx.coroutines.test.runTest

/** Compiled on the module path, against the DSL. */
internal fun echoing(test: suspend (SuspendingListener) -> Unit) = runTest {
    network {
        val listener = listener()
        listener.serve { connection -> connection.lines().collect { connection.writeLine(it) } }
        test(listener)
    }
}
