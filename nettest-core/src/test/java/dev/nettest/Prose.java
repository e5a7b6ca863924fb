package dev.nettest;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules for prose that a program can check, for Java and Kotlin sources. Without a build:
 * {@code java nettest-core/src/test/java/dev/nettest/Prose.java . [part of a path]}
 */
final class Prose {
    static final String SOURCE = "nettest-core/src/test/java/dev/nettest/Prose.java";
    static final int MOST_COLUMNS = 120;
    static final int MOST_WORDS = 25;

    private static final Pattern SOURCES = Pattern.compile("(.*/)?src/(main|test)/.*\\.(java|kt)");

    /** In the documentation of these directories a sentence has at most {@link #MOST_WORDS} words. */
    private static final Pattern EXPORTED = Pattern.compile("nettest-core/src/main/java/dev/nettest/((socket|junit)/)?"
            + "[^/]+|nettest-dsl/src/main/kotlin/dev/nettest/dsl/[^/]+"
            + "|nettest-kotest/src/main/kotlin/dev/nettest/kotest/[^/]+");

    private static final Pattern OPENER = Pattern.compile("(What|Whoever|Where|Of|Word|Those|Who)\\b(?!')");

    private static final Pattern BANNED = Pattern.compile(
            "\\b(who(m|ever|mever)?|(some|no|every|any)body|(some|every|any)one|no\\s+one"
                    + "|tak(es?|ing|en)\\s+part|took\\s+part|dice|yonder|under\\s+way)\\b",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BRACES = Pattern.compile("\\{@\\w+[^{}]*(\\{[^{}]*}[^{}]*)*}");
    private static final Pattern SENTENCE_END = Pattern.compile("[.!?][)\"]?\\s+(?=[\"(]?[A-Z\\u0001])|\\u0002");
    private static final Set<String> ABBREVIATIONS = Set.of("e.g.", "i.e.", "cf.", "vs.");

    /** Stands for code: one word, in which nothing is checked. */
    private static final char CODE = '\u0001';

    private static final char BREAK = '\u0002';

    private Prose() {}

    /** One offence. {@code toString} starts with {@code file:line}, so that a terminal or an IDE can jump there. */
    record Offence(String file, int line, Rule rule, String text) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + rule.name + ": " + text;
        }
    }

    enum Rule {
        COLUMNS("over " + MOST_COLUMNS + " columns"),
        OPENER("opens with"),
        BANNED("says"),
        WORDS("over " + MOST_WORDS + " words");

        final String name;

        Rule(String name) {
            this.name = name;
        }
    }

    /** A comment without its marks, line by line. */
    record Comment(int line, boolean documentation, List<String> lines) {}

    public static void main(String[] arguments) throws IOException {
        List<Offence> offences =
                check(Path.of(arguments[0]), file -> arguments.length < 2 || file.contains(arguments[1]));
        offences.forEach(System.out::println);
        System.out.println(offences.size() + " offences");
    }

    /** Checks the sources of all modules in a directory. */
    static List<Offence> check(Path root, Predicate<String> filter) throws IOException {
        List<Offence> offences = new ArrayList<>();
        for (String file : files(root)) {
            if (filter.test(file)) {
                offences.addAll(check(file, Files.readString(root.resolve(file))));
            }
        }
        return offences;
    }

    /** The sources of all modules, relative to the directory of the project. */
    static List<String> files(Path root) throws IOException {
        List<String> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = directory.getFileName().toString();
                boolean skipped = name.equals("target") || name.matches("\\.[^.].*");
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                String file = root.relativize(path).toString().replace('\\', '/');
                if (SOURCES.matcher(file).matches()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(Comparator.naturalOrder());
        return files;
    }

    static List<Comment> comments(String file, String source) {
        Lexer lexer = new Lexer(source, file.endsWith(".kt"));
        lexer.read();
        return lexer.comments;
    }

    static List<Offence> check(String file, String source) {
        List<Offence> offences = new ArrayList<>();
        Lexer lexer = new Lexer(source, file.endsWith(".kt"));
        lexer.read();
        String[] lines = source.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int columns = lines[i].codePointCount(0, lines[i].length());
            if (columns > MOST_COLUMNS && !lexer.textBlockLines.contains(i + 1)) {
                offences.add(new Offence(file, i + 1, Rule.COLUMNS, columns + ""));
            }
        }
        boolean exported = EXPORTED.matcher(file).matches();
        for (Comment comment : lexer.comments) {
            checkComment(file, comment, exported && comment.documentation, offences);
        }
        return offences;
    }

    private static void checkComment(String file, Comment comment, boolean countsWords, List<Offence> offences) {
        String text = plain(comment);
        Matcher banned = BANNED.matcher(text);
        while (banned.find()) {
            int line = lineAt(comment, text, banned.start());
            offences.add(new Offence(file, line, Rule.BANNED, banned.group().replaceAll("\\s+", " ")));
        }
        int start = 0;
        Matcher end = SENTENCE_END.matcher(text);
        while (start < text.length()) {
            int stop = text.length();
            while (end.find()) {
                if (!endsWithAbbreviation(text, end.start() + 1)) {
                    stop = end.end();
                    break;
                }
            }
            checkSentence(file, comment, text, start, stop, countsWords, offences);
            start = stop;
        }
    }

    private static boolean endsWithAbbreviation(String text, int end) {
        return ABBREVIATIONS.stream()
                .anyMatch(abbreviation -> text.startsWith(abbreviation, end - abbreviation.length()));
    }

    private static void checkSentence(
            String file, Comment comment, String text, int from, int to, boolean countsWords, List<Offence> offences) {
        int start = from;
        while (start < to && " \n(\"\u0002".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        String sentence = text.substring(start, to).strip();
        if (sentence.isEmpty()) {
            return;
        }
        String begin = sentence.replace(CODE, '…').replaceAll("\\s+", " ");
        begin = begin.length() > 60 ? begin.substring(0, 60) + "…" : begin;
        int line = lineAt(comment, text, start);
        if (OPENER.matcher(sentence).lookingAt()) {
            offences.add(new Offence(file, line, Rule.OPENER, begin));
        }
        long words = Pattern.compile("\\s+")
                .splitAsStream(sentence)
                .filter(Prose::isWord)
                .count();
        if (countsWords && words > MOST_WORDS) {
            offences.add(new Offence(file, line, Rule.WORDS, words + ": " + begin));
        }
    }

    private static boolean isWord(String token) {
        return token.chars().anyMatch(c -> Character.isLetterOrDigit(c) || c == CODE);
    }

    private static int lineAt(Comment comment, String text, int offset) {
        return comment.line
                + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }

    /** Comment text with code, tags and markup taken out. Keeps every line break, so that an offset has a line. */
    private static String plain(Comment comment) {
        String text = String.join("\n", comment.lines);
        text = replaced("(?is)<pre>.*?</pre>", text, BREAK);
        text = replaced("(?s)```.*?```", text, BREAK);
        text = replaced(BRACES.pattern(), text, CODE);
        text = replaced("`[^`\n]*`", text, CODE);
        text = replaced("(?is)<code>.*?</code>", text, CODE);
        if (comment.documentation) {
            text = replaced("\\[[^\\]\\n]+](\\[[^\\]\\n]*])?", text, CODE);
            text = replaced("(?m)^\\s*@(param|throws|exception|property)\\s+\\S+\\s", text, BREAK);
            text = replaced("(?m)^\\s*@\\w+", text, BREAK);
            text = replaced(
                    "(?i)</?(p|li|ul|ol|table|tr|td|th|h\\d|dl|dt|dd|caption|thead|tbody|br)( [^<>]*)?>", text, BREAK);
            text = replaced("</?\\w+( [^<>]*)?>", text, ' ');
        }
        text = replaced("\\n(?=[ \\t]*\\n)", text, BREAK);
        return replaced("(?m)^\\s*([*-]|\\d+\\.)\\s", text, BREAK);
    }

    /** Replaces each match by one character and the line breaks in the match. */
    private static String replaced(String pattern, String text, char replacement) {
        return Pattern.compile(pattern)
                .matcher(text)
                .replaceAll(match -> replacement + match.group().replaceAll("[^\n]", ""));
    }

    /** Finds comments and text blocks. Knows Kotlin's nested comments and templates. */
    private static final class Lexer {
        final List<Comment> comments = new ArrayList<>();
        final List<Integer> textBlockLines = new ArrayList<>();
        private final String source;
        private final boolean kotlin;
        private int at;
        private int line = 1;
        private int lineCommentEnd = -1;

        Lexer(String source, boolean kotlin) {
            this.source = source;
            this.kotlin = kotlin;
        }

        void read() {
            readCode(false);
        }

        private void readCode(boolean template) {
            int braces = 0;
            while (at < source.length()) {
                char c = source.charAt(at);
                if (source.startsWith("//", at)) {
                    readLineComment();
                } else if (source.startsWith("/*", at)) {
                    readBlockComment();
                } else if (source.startsWith("\"\"\"", at)) {
                    readTextBlock();
                } else if (c == '"') {
                    readString();
                } else if (c == '\'') {
                    readCharacter();
                } else {
                    braces += c == '{' ? 1 : c == '}' ? -1 : 0;
                    step();
                    if (template && braces == 0) {
                        return;
                    }
                }
            }
        }

        private void step() {
            if (source.charAt(at++) == '\n') {
                line++;
            }
        }

        private void readLineComment() {
            int end = source.indexOf('\n', at);
            end = end < 0 ? source.length() : end;
            String text = source.substring(at + 2, end);
            // Only a comment on a line of its own goes on with the one above it.
            boolean alone =
                    source.substring(source.lastIndexOf('\n', at) + 1, at).isBlank();
            if (alone && lineCommentEnd == line - 1) {
                comments.get(comments.size() - 1).lines.add(text);
            } else {
                comments.add(new Comment(line, false, new ArrayList<>(List.of(text))));
            }
            lineCommentEnd = line;
            at = end;
        }

        private void readBlockComment() {
            int start = at;
            int first = line;
            int depth = 0;
            do {
                if (source.startsWith("/*", at) && (kotlin || depth == 0)) {
                    depth++;
                    at += 2;
                } else if (source.startsWith("*/", at)) {
                    depth--;
                    at += 2;
                } else {
                    step();
                }
            } while (depth > 0 && at < source.length());
            String text = source.substring(start, at);
            boolean documentation = text.startsWith("/**") && text.length() > 4;
            text = text.substring(documentation ? 3 : 2, text.length() - 2);
            comments.add(new Comment(
                    first,
                    documentation,
                    text.lines()
                            .map(each -> each.replaceFirst("^\\s*\\*(?= |$)", ""))
                            .toList()));
        }

        private void readTextBlock() {
            int first = line;
            at += 3;
            while (at < source.length() && !source.startsWith("\"\"\"", at)) {
                if (!kotlin && source.charAt(at) == '\\') {
                    step();
                    step();
                } else if (kotlin && source.startsWith("${", at)) {
                    at++;
                    readCode(true);
                } else {
                    step();
                }
            }
            at += 3;
            while (kotlin && at < source.length() && source.charAt(at) == '"') {
                at++;
            }
            for (int each = first; each <= line; each++) {
                textBlockLines.add(each);
            }
        }

        private void readString() {
            at++;
            while (at < source.length() && source.charAt(at) != '"') {
                if (source.charAt(at) == '\\') {
                    step();
                    step();
                } else if (kotlin && source.startsWith("${", at)) {
                    at++;
                    readCode(true);
                } else {
                    step();
                }
            }
            at++;
        }

        private void readCharacter() {
            at += source.charAt(at + 1) == '\\' ? 2 : 1;
            at = source.indexOf('\'', at + 1) + 1;
        }
    }
}
