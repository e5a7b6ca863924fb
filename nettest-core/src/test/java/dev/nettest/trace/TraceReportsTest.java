package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TraceReportsTest {
    @TempDir
    Path folder;

    private static TracePage page(String failure) {
        return TracePage.of(Scenes.partition()).failure(failure);
    }

    @Test
    void theFolderIsThatOfTheBuild() throws IOException {
        assertThat(TraceReports.folder(null, folder)).isNull();

        Files.createDirectory(folder.resolve("build"));
        assertThat(TraceReports.folder(null, folder)).isEqualTo(folder.resolve("build/nettest-traces"));
        assertThat(TraceReports.folder(" ", folder)).isEqualTo(folder.resolve("build/nettest-traces"));

        Files.createDirectory(folder.resolve("target"));
        assertThat(TraceReports.folder(null, folder)).isEqualTo(folder.resolve("target/nettest-traces"));
        assertThat(TraceReports.folder("other", folder)).isEqualTo(folder.resolve("other"));
        assertThat(TraceReports.folder("OFF", folder)).isNull();
    }

    @Test
    void aPropertySelectsTheFolder() throws IOException {
        String before = System.getProperty(TraceReports.PROPERTY);
        try {
            System.setProperty(TraceReports.PROPERTY, folder.resolve("pages").toString());
            Path file = TraceReports.write("ShopTest", "buys", page("no stock")).orElseThrow();

            assertThat(file)
                    .isEqualTo(folder.resolve("pages/ShopTest.buys.html"))
                    .exists();
            System.setProperty(TraceReports.PROPERTY, "off");
            assertThat(TraceReports.write("ShopTest", "buys", page("no stock"))).isEmpty();
        } finally {
            if (before == null) {
                System.clearProperty(TraceReports.PROPERTY);
            } else {
                System.setProperty(TraceReports.PROPERTY, before);
            }
        }
    }

    @Test
    void aPageHasTheNamesOfItsTest() throws IOException {
        Path file = write("dev.shop.ShopTest", "buys()", page("no stock"));

        assertThat(file.getFileName().toString()).matches("dev\\.shop\\.ShopTest\\.buys__-[0-9a-f]{8}\\.html");
        assertThat(Files.readString(file)).contains("<h1>dev.shop.ShopTest.buys()</h1>");
        assertThat(Files.readString(write("ShopTest", "sells", page("").title("Sells it"))))
                .contains("<h1>Sells it</h1>");
    }

    @Test
    void furtherPagesOfATestHaveNumbers() throws IOException {
        assertThat(Stream.of("buys", "buys", "Buys")
                        .map(test ->
                                write("ShopTest", test, page("x")).getFileName().toString()))
                .containsExactly("ShopTest.buys.html", "ShopTest.buys-2.html", "ShopTest.Buys-3.html");
    }

    @Test
    void theIndexListsThePagesOfThisRunFirst() throws IOException {
        write("ShopTest", "buys", page("expected: <1>\nbut was: 2"));
        Path old = write("ShopTest", "sold", page("long ago"));
        String older =
                Files.readString(old).replaceFirst("nettest-run\" content=\"[^\"]*", "nettest-run\" content=\"1 x");
        Files.writeString(old, older);
        Files.writeString(folder.resolve("foreign.html"), "<html></html>");
        write("ShopTest", "sells", page("no customer"));

        String index = Files.readString(folder.resolve("index.html"));
        assertThat(index)
                .containsSubsequence(
                        "This run <small>2</small>",
                        "href=\"ShopTest.sells.html\"",
                        "no customer",
                        "href=\"ShopTest.buys.html\"",
                        "expected: &lt;1&gt;</p>",
                        "Earlier runs <small>1</small>",
                        "href=\"ShopTest.sold.html\"");
        assertThat(index).doesNotContain("foreign");
    }

    @Test
    void noPageOfConcurrentTestsIsMissingInTheIndex() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Path>> pages = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String test = "test" + i;
            pages.add(threads.submit(() -> write("ShopTest", test, page("x"))));
        }
        String[] links = new String[pages.size()];
        for (int i = 0; i < links.length; i++) {
            links[i] = "href=\"" + pages.get(i).get().getFileName() + "\"";
        }
        threads.shutdown();

        assertThat(Files.readString(folder.resolve("index.html"))).contains(links);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(65);
        }
    }

    @Test
    void aFolderHasAtMostTwoHundredPages() throws IOException {
        TracePage page = TracePage.of(new Scene().diagram());
        for (int i = 0; i < 200; i++) {
            write("ShopTest", "repeated", page);
        }
        assertThat(TraceReports.write(folder, "ShopTest", "repeated", page)).isEmpty();
    }

    @Test
    void aTextWithoutPagesHasNoSections() {
        assertThat(TraceIndex.html(Map.of(), "1")).contains("<h1>").doesNotContain("<section>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "con", "NUL.txt", "com1.x", "index", ".hidden", "a/b", "a\\b", "a:b", "caf\u00e9", "a b"
            })
    void namesThatAreInvalidOnSomeSystemAreReplaced(String text) {
        assertThat(FileNames.of(text))
                .matches("[A-Za-z0-9_][A-Za-z0-9._-]*-[0-9a-f]{8}")
                .hasSizeLessThan(200);
        assertThat(FileNames.of(text)).doesNotMatch("(?i)(con|nul|com1|index)\\..*");
    }

    @Test
    void differentTextsHaveDifferentNames() {
        String common = "x".repeat(300);
        assertThat(List.of(FileNames.of("a b"), FileNames.of("a_b"), FileNames.of("a/b")))
                .doesNotHaveDuplicates()
                .contains("a_b");
        assertThat(FileNames.of(common + 1))
                .isNotEqualTo(FileNames.of(common + 2))
                .hasSize(169);
    }

    private Path write(String testClass, String test, TracePage page) {
        try {
            return TraceReports.write(folder, testClass, test, page).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
