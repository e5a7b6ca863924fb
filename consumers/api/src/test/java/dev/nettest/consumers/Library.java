package dev.nettest.consumers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The classes on this class path and those of the JDK, read from their files and never loaded. */
final class Library {
    /** The compiler generates the descriptors of their methods. */
    private static final Set<String> SIGNATURE_POLYMORPHIC =
            Set.of("java/lang/invoke/MethodHandle", "java/lang/invoke/VarHandle");

    private record Shape(List<String> supertypes, Set<String> members) {}

    private final Map<String, Optional<Shape>> shapes = new HashMap<>();

    boolean has(String type) {
        return type.startsWith("[") || shape(type).isPresent();
    }

    /** True if the type, or one of its supertypes, declares this method or field. */
    boolean has(String owner, String name, String descriptor) {
        if (owner.startsWith("[") || SIGNATURE_POLYMORPHIC.contains(owner)) {
            return true;
        }
        return shape(owner)
                .filter(shape -> shape.members().contains(name + descriptor)
                        || shape.supertypes().stream().anyMatch(type -> has(type, name, descriptor)))
                .isPresent();
    }

    private Optional<Shape> shape(String type) {
        return shapes.computeIfAbsent(type, Library::read);
    }

    private static Optional<Shape> read(String type) {
        try (InputStream file = Library.class.getClassLoader().getResourceAsStream(type + ".class")) {
            return file == null ? Optional.empty() : Optional.of(shape(new ClassReader(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Shape shape(ClassReader reader) {
        List<String> supertypes = new ArrayList<>(List.of(reader.getInterfaces()));
        // Also for an interface, because methods of Object can be called on it.
        if (reader.getSuperName() != null) {
            supertypes.add(reader.getSuperName());
        }
        Set<String> members = new HashSet<>();
        reader.accept(
                new ClassVisitor(Opcodes.ASM9) {
                    @Override
                    public FieldVisitor visitField(int access, String name, String type, String generic, Object value) {
                        members.add(name + type);
                        return null;
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String type, String generic, String[] exceptions) {
                        members.add(name + type);
                        return null;
                    }
                },
                ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return new Shape(supertypes, members);
    }
}
