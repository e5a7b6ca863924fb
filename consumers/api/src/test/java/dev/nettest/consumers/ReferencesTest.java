package dev.nettest.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nettest.Network;
import dev.nettest.dsl.NetworkScope;
import dev.nettest.kotest.KotestNetworkExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Every class, method and field that nettest refers to exists in these versions of the libraries. */
class ReferencesTest {
    private final References references = new References();

    @Test
    void theCoreHasNoMissingReference() throws Exception {
        assertNothingMissing(Network.class);
    }

    @Test
    void theDslHasNoMissingReference() throws Exception {
        assertNothingMissing(NetworkScope.class);
    }

    @Test
    void theKotestExtensionHasNoMissingReference() throws Exception {
        assertNothingMissing(KotestNetworkExtension.class);
    }

    @Test
    void theVersionsAreTheConfiguredOnes() throws Exception {
        assertVersion("junit.version", Test.class);
        assertVersion("kotlin.version", kotlin.Unit.class);
        assertVersion("coroutines.version", kotlinx.coroutines.Job.class);
        assertVersion("coroutines.version", kotlinx.coroutines.test.TestScope.class);
        assertVersion("kotest.version", io.kotest.core.test.TestCase.class);
        assertVersion("kotest.version", io.kotest.matchers.Matcher.class);
        assertVersion("kotest.version", io.kotest.matchers.ShouldKt.class);
    }

    @Test
    void missingClassesMethodsAndFieldsAreFound() throws Exception {
        String store = Type.getInternalName(ExtensionContext.Store.class);
        ClassWriter calling = new ClassWriter(0);
        calling.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "Calling", null, "java/lang/Object", null);
        MethodVisitor method = calling.visitMethod(Opcodes.ACC_STATIC, "call", "()V", null, null);
        method.visitCode();
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, store, "get", "(Ljava/lang/Object;)Ljava/lang/Object;", true);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, store, "hashCode", "()I", true);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, store, "get", "(I)I", true);
        method.visitFieldInsn(Opcodes.GETSTATIC, store, "FIELD", "I");
        method.visitTypeInsn(Opcodes.NEW, "org/junit/jupiter/api/Missing");
        method.visitMaxs(0, 0);
        method.visitEnd();
        calling.visitEnd();

        references.add(new ByteArrayInputStream(calling.toByteArray()));

        assertEquals(
                Set.of(
                        "Calling -> Calling",
                        "Calling -> " + store + ".get (I)I",
                        "Calling -> " + store + ".FIELD I",
                        "Calling -> org/junit/jupiter/api/Missing"),
                references.missing());
    }

    private void assertNothingMissing(Class<?> inJar) throws Exception {
        int classes = 0;
        try (JarFile jar = new JarFile(jar(inJar).toFile())) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (entry.getName().endsWith(".class") && !entry.getName().equals("module-info.class")) {
                    add(jar, entry);
                    classes++;
                }
            }
        }

        assertTrue(classes > 0);
        assertEquals("", String.join("\n", references.missing()));
    }

    private void add(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream file = jar.getInputStream(entry)) {
            references.add(file);
        }
    }

    private static void assertVersion(String property, Class<?> type) throws URISyntaxException {
        String jar = jar(type).toString();

        assertTrue(jar.endsWith("-" + System.getProperty(property) + ".jar"), jar);
    }

    private static Path jar(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
