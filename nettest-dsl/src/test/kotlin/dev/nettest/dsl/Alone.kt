package dev.nettest.dsl

import kotlinx.coroutines.runBlocking

/** Runs in a separate class loader, for [TestLibraryTest]. */
object Alone {
    @JvmStatic
    fun clockOfANetwork(): String = runBlocking { network { clock.toString() } }
}
