package dev.nettest.consumers

import dev.nettest.dsl.NetworkScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.test.TestScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The tests run with the configured versions, on the configured path. */
class EnvironmentTest {
    @Test
    fun `the versions are the configured ones`() {
        assertVersion("kotlin.version", Unit::class.java)
        assertVersion("coroutines.version", Job::class.java)
        assertVersion("coroutines.version", TestScope::class.java)
        assertVersion("junit.version", Test::class.java)
    }

    @Test
    fun `all modules are named, or none`() {
        val modules = java.lang.Boolean.getBoolean("modules")

        assertEquals(modules, EnvironmentTest::class.java.module.isNamed)
        assertEquals("dev.nettest.dsl".takeIf { modules }, NetworkScope::class.java.module.name)
        assertEquals("kotlinx.coroutines.core".takeIf { modules }, Job::class.java.module.name)
        assertEquals("kotlinx.coroutines.test".takeIf { modules }, TestScope::class.java.module.name)
    }

    private fun assertVersion(property: String, type: Class<*>) {
        val jar = type.protectionDomain.codeSource.location.path

        assertTrue(jar.endsWith("-${System.getProperty(property)}.jar"), jar)
    }
}
