package dev.nettest.dsl

import kotlinx.coroutines.runBlocking

/** Runs in a class loader of its own, for [TestLibraryTest]. */
object Alone {
    @JvmStatic
    fun clockOfANetwork(): String = runBlocking { network { clock.toString() } }
}
