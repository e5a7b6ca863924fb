package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The limits of CONTRIBUTING on the size of files, methods and parameter lists. */
class SizeTest {
    private static final int FILE_LINES = 400;
    private static final int METHOD_LINES = 50;
    private static final int PARAMETERS = 6;
    private static final List<Path> MAIN = List.of(
            Path.of("src/main"),
            Path.of("../nettest-dsl/src/main"),
            Path.of("../nettest-kotest/src/main"),
            Path.of("../nettest-jvm/src/main/java"),
            Path.of("../samples/src/main"));

    @Test
    void filesAreReadInOneSitting() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources(".java", ".kt")) {
            long lines = Files.lines(file).count();
            if (lines > FILE_LINES) {
                tooLong.add(file + ": " + lines + " lines");
            }
        }

        assertThat(tooLong).as("main files over %d lines", FILE_LINES).isEmpty();
    }

    @Test
    void methodsAreShortAndTakeFewParameters() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> offences = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources = sources(".java");
            assertThat(sources).hasSizeGreaterThan(100);
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                new Scanner(unit, Trees.instance(task).getSourcePositions(), offences).scan(unit, null);
            }
        }

        assertThat(offences).isEmpty();
    }

    private static List<Path> sources(String... endings) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : MAIN) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
                        .forEach(found::add);
            }
        }
        return found;
    }

    private static final class Scanner extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> offences;

        Scanner(CompilationUnitTree unit, SourcePositions positions, List<String> offences) {
            this.unit = unit;
            this.positions = positions;
            this.offences = offences;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap lines = unit.getLineMap();
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            String place = unit.getSourceFile().getName() + ":" + first + " " + method.getName();
            if (last - first + 1 > METHOD_LINES) {
                offences.add(place + ": " + (last - first + 1) + " lines, at most " + METHOD_LINES);
            }
            if (method.getParameters().size() > PARAMETERS && !isRecordConstructor(method) && !isOverride(method)) {
                offences.add(place + ": " + method.getParameters().size() + " parameters, at most " + PARAMETERS);
            }
            return super.visitMethod(method, nothing);
        }

        /** The supertype chose the parameters. If it is of this library, it has the offence. */
        private static boolean isOverride(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
        }

        /** A record's canonical constructor has a parameter for each component. */
        private boolean isRecordConstructor(MethodTree method) {
            return method.getReturnType() == null
                    && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
                    && type.getKind() == Tree.Kind.RECORD;
        }
    }
}
