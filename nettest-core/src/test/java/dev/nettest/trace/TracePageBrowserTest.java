package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in headless Chromium. Screenshots and times to draw are in {@code target/trace-pages}. */
class TracePageBrowserTest {
    private static final Path OUTPUT = Path.of("target", "trace-pages");

    @TempDir
    static Path folder;

    private static Path fifty;
    private static Path fiveThousand;
    private static Browser browser;

    @BeforeAll
    static void open() throws IOException {
        browser = Browser.open(folder);
        Files.createDirectories(OUTPUT);
        fifty = write(
                "fifty",
                TracePage.of(Scenes.partition())
                        .title("StoreTest.commits <&>")
                        .failure("Read timed out\n\nthe report\n" + Scenes.MARKUP)
                        .snapshot(Scenes.snapshot())
                        .replay("mvn test -Dtest='StoreTest#commits'"));
        fiveThousand = write("five-thousand", TracePage.of(Scenes.traffic(5_000)));
    }

    private static Path write(String name, TracePage page) throws IOException {
        Path file = folder.resolve(name + ".html").toAbsolutePath();
        page.write(file);
        return file;
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void show() {
        browser.prefer("light");
        browser.show(fifty);
    }

    @AfterEach
    void noErrorIsLogged(TestInfo test) throws IOException {
        browser.screenshot(OUTPUT.resolve(test.getTestMethod().orElseThrow().getName() + ".png"));
        assertThat(browser.console()).isEmpty();
        assertThat(browser.evaluate("typeof window.hacked")).isEqualTo("undefined");
    }

    @Test
    void aHoverShowsThePayloadAsTextAndHex() {
        browser.hover(browser.row("write 12 bytes"));

        assertThat(browser.one("#tip").isDisplayed()).isTrue();
        assertThat(browser.one("#tip").getText()).contains("GET user:1\\r\\n", "47 45 54 20 75 73 65 72 3a 31 0d 0a");

        browser.hover(browser.one("h1"));
        assertThat(browser.one("#tip").isDisplayed()).isFalse();

        browser.hover(browser.row("write 84 bytes"));
        assertThat(browser.one("#tip").getText()).contains("</script>", "\\x00\\u202e", "00 e2 80 ae");
    }

    @Test
    void theKeyboardShowsThePayload() {
        focusFirstRow();
        while (!browser.focused().contains("write 12 bytes")) {
            browser.press(Keys.ARROW_DOWN);
        }
        browser.press(Keys.ENTER);

        WebElement pane = browser.one("#pane");
        assertThat(pane.isDisplayed()).isTrue();
        assertThat(pane.getText()).contains("write 12 bytes", "GET user:1\\r\\n", "47 45 54 20", "10.0.0.1:49153");
        assertThat(browser.one("[aria-selected=true]").getAccessibleName()).contains("write 12 bytes");

        browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
        assertThat(pane.getText()).contains("write 84 bytes", "</script><script>");

        browser.press(Keys.ESCAPE);
        assertThat(pane.isDisplayed()).isFalse();
        assertThat(browser.focused()).contains("write 84 bytes");
    }

    @Test
    void keysGoToMarkedRowsAndBothEnds() {
        focusFirstRow();

        browser.press("n");
        assertThat(browser.focused()).contains("fault: reset after 12 bytes", "fault");
        browser.press("n", "n", "n");
        assertThat(browser.focused()).contains("held by the partition", "loss");
        browser.press("p");
        assertThat(browser.focused()).contains("app - db: partition", "change");
        browser.press(Keys.END);
        assertThat(browser.focused()).contains("close, FIN", "states FIN-WAIT and CLOSE-WAIT");
        browser.press(Keys.HOME);
        assertThat(browser.focused()).contains("0.00 s, app to db, #1, connect");
    }

    @Test
    void aSearchFindsPayloadsOfFoldedRows() {
        browser.press("/");
        browser.press("select 3");

        assertThat(browser.one("#found").getText()).startsWith("2 of ");
        assertThat(browser.all(".row.hit")).hasSize(1);
        assertThat(browser.one(".row.hit").getDomAttribute("aria-expanded")).isEqualTo("false");

        browser.press(Keys.ENTER);
        assertThat(browser.all(".row.hit[aria-expanded=true]")).hasSize(1);
        assertThat(browser.one("[aria-selected=true]").getText()).contains("write 8 bytes", "select 3");

        browser.press(Keys.ESCAPE);
        assertThat(browser.all(".row.hit")).isEmpty();
        assertThat(browser.one("#found").getText()).isEmpty();
    }

    @Test
    void aHostCanBeHidden() {
        int before = browser.all(".row[id]").size();
        WebElement cache = browser.named("#hosts button", "cache");
        cache.click();

        assertThat(cache.getDomAttribute("aria-pressed")).isEqualTo("false");
        assertThat(browser.all("#head .host").stream()
                        .map(host -> host.getText().lines().findFirst().orElseThrow()))
                .containsExactly("app", "db");
        assertThat(browser.all(".row[id]")).hasSizeLessThan(before);
        assertThat(browser.all(".row[aria-label*=cache]")).isEmpty();
        assertThat(browser.row("held by the partition").isDisplayed()).isTrue();

        cache.click();
        assertThat(browser.all(".row[id]")).hasSize(before);
    }

    @Test
    void repeatsAreFoldedUntilTheyAreOpened() {
        WebElement fold = browser.one(".row.fold");
        assertThat(fold.getAccessibleName()).isEqualTo("12 folded rows: the 4 rows above, 3 more times");
        assertThat(browser.all(".row.inner")).isEmpty();
        int folded = browser.all(".row[id]").size();

        fold.click();
        assertThat(browser.all(".row.inner")).hasSize(12);
        browser.press(Keys.ENTER);
        assertThat(browser.all(".row.inner")).isEmpty();
        browser.press(Keys.ARROW_RIGHT);
        assertThat(browser.all(".row.inner")).hasSize(12);
        browser.press(Keys.ARROW_LEFT);

        browser.named("#folds button", "Fold repeats").click();
        assertThat(browser.all(".row.fold")).isEmpty();
        assertThat(browser.all(".row[id]")).hasSize(folded - 1 + 12);
    }

    @Test
    void everythingHasAnAccessibleName() {
        assertThat(browser.one("#rows").getAriaRole()).isEqualTo("grid");
        assertThat(browser.one("#rows").getAccessibleName()).isEqualTo("Events");
        assertThat(browser.one("#search").getAccessibleName()).isEqualTo("Search");
        assertThat(browser.row("read fails: Connection reset").getAccessibleName())
                .isEqualTo("0.16 s, app, #2, read fails: Connection reset, error, states RESET and CLOSED");
        for (WebElement element : browser.all("button, input, [role=row][id], section, aside:not([hidden])")) {
            assertThat(element.getAccessibleName())
                    .as(element.getDomProperty("outerHTML"))
                    .isNotBlank();
        }
        assertThat(browser.all("svg:not([aria-hidden=true])")).isEmpty();
    }

    @Test
    void marksDifferInShapeAndColour() {
        List<String> marks = List.of("fault", "timeout", "error", "loss", "change");
        assertThat(marks.stream()
                        .map(mark -> browser.evaluate("document.querySelector('.row." + mark + " .mark').innerHTML")))
                .doesNotHaveDuplicates();
        assertThat(marks.stream()
                        .map(mark -> browser.evaluate("getComputedStyle(document.querySelector('.row." + mark
                                + "')).getPropertyValue('--m')")))
                .doesNotHaveDuplicates();
    }

    @Test
    void aListNamesTheMarkedRows() {
        assertThat(browser.all("#attention li").stream().map(WebElement::getText))
                .hasSize(6)
                .first()
                .asString()
                .contains("0.16 s", "cache", "fault: reset after 12 bytes");

        browser.all("#attention button").get(5).click();
        assertThat(browser.focused()).contains("read fails: Read timed out");
        assertThat(browser.one(".row.gap").getText()).isEqualTo("+30 s");
    }

    @Test
    void textIsShownAsItIs() {
        assertThat(browser.one("h1").getText()).isEqualTo("StoreTest.commits <&>");
        assertThat(browser.one("#failure > pre").getText()).isEqualTo("Read timed out");
        browser.one("#failure summary").click();
        assertThat(browser.one("#failure details pre").getText()).contains("</script><script>window.hacked=true");
        assertThat(browser.one("#waiting li").getText())
                .isEqualTo("thread \"worker <1>\" in accept of 10.0.0.3:80 of db at Store.java:27 without a limit");
        assertThat(browser.one("#run").getText())
                .contains("virtual at 30.16 s", "42", "mvn test -Dtest='StoreTest#commits'");
        browser.one("#snapshot summary").click();
        assertThat(browser.one("#snapshot pre").getText()).contains("LISTEN", "app - db: partition");
    }

    @Test
    void theSchemeOfTheSystemDecidesOnDarkOrLight() {
        Object light = browser.evaluate("getComputedStyle(document.body).backgroundColor");
        browser.prefer("dark");

        assertThat(light).isEqualTo("rgb(255, 255, 255)");
        assertThat(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(27, 29, 33)");
    }

    @Test
    void aPrintHasTheRowsAndNoTools() throws IOException {
        Path pdf = OUTPUT.resolve("fifty.pdf");
        browser.print(pdf);

        assertThat(Files.readAllBytes(pdf)).startsWith("%PDF".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void fiveThousandEventsCanBeSearchedAndWalked() throws IOException {
        browser.show(fiveThousand);
        Object drawn = browser.evaluate("performance.getEntriesByName('nettest:render')[0].duration");
        Files.writeString(OUTPUT.resolve("five-thousand.txt"), drawn + " ms to draw 5,000 events\n");

        browser.press("/");
        browser.press("Broken pipe", Keys.ENTER);
        assertThat(browser.one("#found").getText()).matches("1 of 4,\\d{3} rows");
        assertThat(browser.one("[aria-selected=true]").getText()).contains("write fails: Broken pipe");

        browser.press(Keys.ESCAPE);
        browser.one("[aria-selected=true]").click();
        assertThat(browser.one("#pane").getText()).contains("Broken pipe");
        browser.press(Keys.END);
        assertThat(browser.focused()).contains("close, FIN");
    }

    @Test
    void nothingIsLoadedFromOutside() {
        assertThat(browser.evaluate("performance.getEntriesByType('resource').length"))
                .isEqualTo(0L);
    }

    private void focusFirstRow() {
        browser.evaluate("document.querySelector('.row[tabindex=\"0\"]').focus()");
    }
}
