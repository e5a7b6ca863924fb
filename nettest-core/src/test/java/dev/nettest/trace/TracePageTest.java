package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Operation;
import dev.nettest.TraceEvent;
import dev.nettest.TracePayload;
import dev.nettest.internal.diagram.Diagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracePageTest {
    private static final int MEGABYTE = 1_000_000;
    private static final Set<String> VOID = Set.of("meta", "input");
    private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)([^>]*)>");

    @Test
    void theMarkupIsWellFormed() throws IOException {
        String page = Runs.shop()
                .page()
                .title(Scenes.MARKUP)
                .failure(Scenes.MARKUP + "\n\n" + Scenes.MARKUP)
                .replay(Scenes.MARKUP)
                .html();

        Deque<String> open = new ArrayDeque<>();
        Matcher tags = TAG.matcher(withoutScripts(page));
        while (tags.find()) {
            String name = tags.group(2);
            if (!tags.group(1).isEmpty()) {
                assertThat(open.pop()).as(tags.group()).isEqualTo(name);
            } else if (!VOID.contains(name)) {
                open.push(name);
            }
        }
        assertThat(open).isEmpty();
        assertThat(withoutScripts(page)).doesNotContain("<img", "\u0000");
    }

    @Test
    void payloadsAreNoMarkup() {
        String page = TracePage.of(Scenes.partition()).html();

        assertThat(page.split("</script", -1)).as("the two scripts of the page").hasSize(3);
        assertThat(data(page)).doesNotContain("<", ">", "\u0000", "\u2028");
    }

    @Test
    void aPageNeedsNothingElse() throws IOException {
        String page = Runs.shop().page().html();

        assertThat(page).doesNotContain("http://", "https://", " src=", " href=", "@import", "url(");
        assertThat(page).contains("default-src &#39;none&#39;; style-src &#39;sha256-");
    }

    @Test
    void fiveThousandEventsWithDifferentPayloadsFitInAMegabyte() {
        Scene scene = new Scene();
        int client = scene.host("client");
        int server = scene.host("server");
        Scene.Wire wire = scene.wire(client, server).handshake();
        Random random = new Random(1);
        while (scene.events() < 5_000) {
            byte[] bytes = new byte[64];
            random.nextBytes(bytes);
            TracePayload payload = new TracePayload(bytes, 1_000);
            scene.pass(Duration.ofNanos(1 + random.nextInt(1_000_000_000)));
            wire.row(
                    Diagram.Shape.ARROW,
                    client,
                    server,
                    "1000 bytes " + payload.quoted(),
                    Diagram.Mark.NONE,
                    new TraceEvent.Written(scene.number(), scene.now(), wire.dialling, 1_000, 1, payload));
        }

        assertThat(size(TracePage.of(scene.diagram()))).isBetween(MEGABYTE / 2, MEGABYTE);
        assertThat(size(TracePage.of(Scenes.traffic(5_000)))).isLessThan(MEGABYTE / 2);
    }

    @Test
    void largePayloadsAndLongTracesAreCut() {
        Scene scene = new Scene();
        Scene.Wire wire = scene.wire(scene.host("client"), scene.host("server")).handshake();
        for (int i = 0; i < 20_000; i++) {
            wire.says(true, i < 20 ? i + "x".repeat(MEGABYTE) : "GET " + i);
        }
        wire.fails(true, Operation.Kind.READ, "the end");
        String page = TracePage.of(scene.diagram()).html();

        assertThat(page.length()).isLessThan(MEGABYTE);
        assertThat(data(page)).contains("read fails: the end", base64("GET 19999"));
        assertThat(data(page)).doesNotContain(base64("GET 1000"));
    }

    @Test
    void aPageWithoutOptionsHasATitleAndFacts() {
        String page = TracePage.of(Scenes.partition()).html();

        assertThat(page).contains("<h1>Network trace</h1>", "<li>45 events</li>", "virtual time 30.16 s", "seed 42");
        assertThat(page).doesNotContain("id=\"failure\"", "id=\"snapshot\"", "id=\"waiting\"", "id=\"replay\"");
    }

    @Test
    void aTraceWithoutEventsHasAPage() {
        assertThat(TracePage.of(new Scene().diagram()).html()).contains("<li>0 events</li>", "\"rows\":[]");
    }

    @Test
    void theFirstParagraphOfAFailureStandsOut() {
        String page = TracePage.of(Scenes.partition())
                .failure("expected: 1\nbut was: 2\n\na\nlong\nreport\n")
                .html();

        assertThat(page).contains("<pre>expected: 1\nbut was: 2</pre>", "<summary>3 more lines</summary>");
    }

    @Test
    void aPageIsWrittenInUtf8(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.html");
        TracePage page = TracePage.of(Scenes.partition()).title("Zo\u00eb \ud83d\ude00");
        page.write(file);

        assertThat(Files.readString(file)).isEqualTo(page.html()).contains("<title>Zo\u00eb \ud83d\ude00</title>");
        assertThatThrownBy(() -> page.write(folder.resolve("missing/page.html")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void jsonEscapesWhatHtmlOrUtf8CannotHold() {
        assertThat(Json.string("a\"\\\n\r\t<>&\u0000\u2028\ud800\ud83d\ude00\udc00\u00e9"))
                .isEqualTo("\"a\\\"\\\\\\n\\r\\t\\u003c\\u003e\\u0026\\u0000\\u2028\\ud800\ud83d\ude00\\udc00\u00e9\"");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    private static int size(TracePage page) {
        return page.html().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String withoutScripts(String page) {
        return page.replaceAll("(?s)(<script[^>]*>).*?(?=</script>)", "$1")
                .replaceAll("(?s)(<style>).*?(?=</style>)", "$1")
                .replace("<!DOCTYPE html>", "");
    }

    private static String data(String page) {
        int start = page.indexOf("<script type=\"application/json\" id=\"data\">");
        return page.substring(page.indexOf('{', start), page.indexOf("</script>", start));
    }
}
