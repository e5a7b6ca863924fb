package dev.nettest.dsl

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import java.net.URLClassLoader

/** kotlinx-coroutines-test is optional: without it networks run on system time. */
class TestLibraryTest {
    @Test
    fun aNetworkRunsWithoutTheTestLibrary() {
        val classpath = System.getProperty("java.class.path").split(java.io.File.pathSeparator)
            .filterNot { "kotlinx-coroutines-test" in it }
            .map { java.io.File(it).toURI().toURL() }
        URLClassLoader(classpath.toTypedArray(), ClassLoader.getPlatformClassLoader()).use { loader ->
            val clock = loader.loadClass(Alone::class.java.name).getMethod("clockOfANetwork").invoke(null)
            assertThat(clock).isEqualTo("system clock")
        }
    }
}
