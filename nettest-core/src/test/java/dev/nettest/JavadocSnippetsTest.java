package dev.nettest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiles the code in the Javadoc of the exported packages: every block, and inline calls that use an exported type or
 * a variable of {@link #PREAMBLE}.
 */
class JavadocSnippetsTest {
    private static final List<Path> EXPORTED = List.of(
            Path.of("src/main/java/dev/nettest"),
            Path.of("src/main/java/dev/nettest/junit"),
            Path.of("src/main/java/dev/nettest/socket"),
            Path.of("src/main/java/dev/nettest/channel"),
            Path.of("src/main/java/dev/nettest/trace"));

    /** Imports and variables of every snippet. The variables are fields, so a snippet can declare its own. */
    private static final String PREAMBLE = """
            import static org.assertj.core.api.Assertions.*;
            import dev.nettest.*;
            import dev.nettest.junit.*;
            import dev.nettest.socket.*;
            import dev.nettest.trace.*;
            import java.io.*;
            import java.net.*;
            import java.nio.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import javax.net.*;
            import javax.net.ssl.*;
            import org.junit.jupiter.api.*;
            import org.junit.jupiter.api.extension.*;

            class OkHttpClient {
                static class Builder {
                    Builder socketFactory(SocketFactory factory) { return this; }
                    OkHttpClient build() { return new OkHttpClient(); }
                }
            }

            class Snippet {
                Network network;
                NetworkConfig config;
                VirtualClock clock;
                Host host, app, db;
                Listener listener;
                Connection connection, client, server;
                DatagramEndpoint endpoint;
                Link link;
                Bridge bridge;
                Throwable thrown;
            """;

    private static final Pattern MEMBERS =
            Pattern.compile("\\s*(@|((public|final|static) )*(class|interface|record) ).*");

    /** Receivers tried for a call without one, such as {@code listen(80)}. */
    private static final List<String> RECEIVERS = List.of("NetworkConfig.builder().", "bridge.", "network.", "host.");

    private static final Pattern BARE_CALL = Pattern.compile("[a-z]\\w*\\(.*");

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private static final StandardJavaFileManager FILES = JAVAC.getStandardFileManager(null, Locale.ROOT, UTF_8);

    private record Snippet(String file, int line, boolean block, String code) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + code.lines().map(String::strip).collect(joining(" "));
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void compiles(Snippet snippet) throws IOException {
        check(snippet);
    }

    static List<Snippet> snippets() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Path directory : EXPORTED) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.java")) {
                for (Path file : files) {
                    snippets.addAll(snippets(file.toString(), Files.readString(file)));
                }
            }
        }
        return snippets;
    }

    @Test
    void findsBlocksAndInlineCalls() {
        String source = """
                /**
                 * Reads {@code null}, {@code listen(2)} or {@code Socket.close()}.
                 * <pre>{@code
                 * if (true) {
                 *     network.listen(80);
                 * }
                 * }</pre>
                 * Or {@code clocks(VirtualClock::manual)},
                 * {@code link.impair(LinkProfile.LTE)} and {@code
                 * Fault.drop()}.
                 */
                """;

        assertThat(snippets("A.java", source))
                .extracting(Snippet::toString)
                .containsExactly(
                        "A.java:3: if (true) { network.listen(80); }",
                        "A.java:8: clocks(VirtualClock::manual)",
                        "A.java:9: link.impair(LinkProfile.LTE)",
                        "A.java:9: Fault.drop()");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NetworkConfig.builder().clocks(VirtualClock::selfAdvancing)",
                "clocks(VirtualClock::selfAdvancing)",
                "Executors.newFixedThreadPool(4, network.threadFactory())"
            })
    void acceptsACall(String code) {
        assertThatCode(() ->
                        check(snippets("A.java", "/** {@code " + code + "} */").get(0)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NetworkConfig.builder().clock(VirtualClock::selfAdvancing)",
                "clock(VirtualClock::selfAdvancing)",
                "network.listn(80)",
                "Fault.reset().afterBytes(\"1\")"
            })
    void refusesACall(String code) {
        assertThatThrownBy(() ->
                        check(snippets("A.java", "/** {@code " + code + "} */").get(0)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("A.java:1: " + code + "\n");
    }

    @Test
    void refusesABlock() {
        String block = "/**\n * <pre>{@code\n * Listener one = network.connect(\":80\");\n * }</pre> */";

        assertThatThrownBy(() -> check(snippets("A.java", block).get(0)))
                .hasMessageContaining("incompatible types: dev.nettest.Connection cannot be converted");
    }

    @Test
    void theBuilderThatTheJavadocOnceShowedIsRefused() {
        Snippet snippet = new Snippet(
                "VirtualClock.java", 89, false, "NetworkConfig.builder().clock(VirtualClock::selfAdvancing)");

        assertThatThrownBy(() -> check(snippet)).hasMessageContaining("NetworkClock is not a functional interface");
    }

    @Test
    void theJavadocHasBothKinds() throws IOException {
        assertThat(snippets()).extracting(Snippet::block).contains(true, false);
    }

    private static List<Snippet> snippets(String file, String source) {
        List<Snippet> snippets = new ArrayList<>();
        for (Prose.Comment comment : Prose.comments(file, source)) {
            String text = String.join("\n", comment.lines());
            int at = text.indexOf("{@code");
            while (comment.documentation() && at >= 0) {
                int end = closingBrace(text, at);
                boolean block = text.startsWith("<pre>", at - 5);
                String code = text.substring(at + "{@code".length(), end).strip();
                if (block || isCall(code)) {
                    int line = comment.line()
                            + (int) text.substring(0, at)
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count();
                    snippets.add(new Snippet(file, line, block, code));
                }
                at = text.indexOf("{@code", end);
            }
        }
        return snippets;
    }

    private static int closingBrace(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("no end: " + text.substring(open));
    }

    /** True for a call that uses an exported type or a variable of the preamble. */
    private static boolean isCall(String code) {
        Matcher names =
                Pattern.compile("(?<![\\w.\"])([a-zA-Z]\\w*)(\\.|::)\\w").matcher(code);
        return code.endsWith(")") && names.results().anyMatch(name -> isKnown(name.group(1)));
    }

    private static boolean isKnown(String name) {
        return EXPORTED.stream().anyMatch(directory -> Files.exists(directory.resolve(name + ".java")))
                || Pattern.compile("(?m)^    [A-Z]\\w* .*\\b" + name + "\\b")
                        .matcher(PREAMBLE)
                        .find();
    }

    /** Fails with the first error of javac if no form of the snippet compiles. */
    private static void check(Snippet snippet) throws IOException {
        String error = null;
        for (String source : forms(snippet)) {
            String found = compile(source);
            if (found == null) {
                return;
            }
            error = error == null ? found : error;
        }
        throw new AssertionError(snippet + "\n" + error);
    }

    private static List<String> forms(Snippet snippet) {
        String code = snippet.code().replace("{ ... }", "{ }");
        if (MEMBERS.matcher(code.lines().findFirst().orElse("")).matches()) {
            return List.of(PREAMBLE + code + "\n}\n");
        }
        if (!snippet.block() && BARE_CALL.matcher(code).matches()) {
            return RECEIVERS.stream()
                    .map(receiver -> method(receiver + code + ";"))
                    .toList();
        }
        return List.of(method(snippet.block() ? code : code + ";"));
    }

    private static String method(String statements) {
        return PREAMBLE + "    void run() throws Exception {\n" + statements + "\n    }\n}\n";
    }

    /** One at a time: the file manager remembers the class path and is not thread-safe. */
    private static synchronized String compile(String source) throws IOException {
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> options = List.of("-proc:none", "-nowarn", "-cp", classPath);
        JavacTask task = (JavacTask) JAVAC.getTask(null, FILES, diagnostics, options, null, List.of(file));
        task.analyze();
        return diagnostics.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
                .findFirst()
                .orElse(null);
    }
}
