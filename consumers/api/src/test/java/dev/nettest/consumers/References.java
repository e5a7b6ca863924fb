package dev.nettest.consumers;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Collects the references of class files that are missing on this class path. */
final class References {
    private final Library library = new Library();
    private final Set<String> missing = new TreeSet<>();

    /** Looks up every class, method and field in this class file. */
    void add(InputStream classFile) throws IOException {
        ClassReader reader = new ClassReader(classFile);
        ClassVisitor output = new ClassWriter(0);
        reader.accept(new ClassRemapper(Opcodes.ASM9, output, new Lookup(reader.getClassName())) {}, 0);
    }

    /** Every missing reference, with the class that contains it. */
    Set<String> missing() {
        return missing;
    }

    /** A remapper is called for every name in a class file. This one changes no name. */
    private final class Lookup extends Remapper {
        private final String from;

        Lookup(String from) {
            super(Opcodes.ASM9);
            this.from = from;
        }

        @Override
        public String map(String type) {
            if (!library.has(type)) {
                missing.add(from + " -> " + type);
            }
            return type;
        }

        @Override
        public String mapMethodName(String owner, String name, String descriptor) {
            return member(owner, name, descriptor);
        }

        @Override
        public String mapFieldName(String owner, String name, String descriptor) {
            return member(owner, name, descriptor);
        }

        private String member(String owner, String name, String descriptor) {
            // A missing owner is reported as a type.
            if (library.has(owner) && !library.has(owner, name, descriptor)) {
                missing.add(from + " -> " + owner + "." + name + " " + descriptor);
            }
            return name;
        }
    }
}
