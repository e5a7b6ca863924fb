package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import org.junit.jupiter.api.Test;

/** These tests run with the versions, and on the path, for which they are there. */
class EnvironmentTest {
    @Test
    void thisIsTheVersionOfJUnit() {
        String jar =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();

        assertTrue(jar.endsWith("-" + System.getProperty("junit.version") + ".jar"), jar);
    }

    @Test
    void allOnTheModulePathOrNothing() {
        boolean modules = Boolean.getBoolean("modules");

        assertEquals(modules, EnvironmentTest.class.getModule().isNamed());
        assertEquals(modules ? "dev.nettest" : null, Network.class.getModule().getName());
        assertEquals(
                modules ? "dev.nettest" : null,
                NetworkExtension.class.getModule().getName());
        assertEquals(
                modules ? "org.junit.jupiter.api" : null, Test.class.getModule().getName());
    }
}
