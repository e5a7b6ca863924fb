package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import org.junit.jupiter.api.Test;

/** The tests run with the configured versions, on the configured path. */
class EnvironmentTest {
    @Test
    void theVersionOfJUnitIsTheConfiguredOne() {
        String jar =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();

        assertTrue(jar.endsWith("-" + System.getProperty("junit.version") + ".jar"), jar);
    }

    @Test
    void allModulesAreNamedOrNone() {
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
