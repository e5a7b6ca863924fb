package dev.nettest.trace;

import dev.nettest.Snapshot;
import dev.nettest.Trace;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The HTML of a page. Everything outside the diagram is text and needs no script. */
final class PageHtml {

    /** A failure of the extensions starts with its cause. The report of the network follows. */
    private static final int FIRST_LINES = 6;

    private static final List<String> SCRIPTS =
            List.of("page-data.js", "page-fold.js", "page-draw.js", "page-pane.js", "page.js");

    private final TracePage page;
    private final Trace trace;

    PageHtml(TracePage page) {
        this.page = page;
        trace = page.diagram().trace();
    }

    /**
     * The page.
     *
     * @param head further elements of its head, as HTML
     */
    String html(String head) {
        String style = Html.resource("page.css");
        String script = SCRIPTS.stream()
                .map(Html::resource)
                .collect(Collectors.joining("\n", "(() => {\n'use strict';\n", "})();\n"));
        Map<String, String> values = new LinkedHashMap<>();
        values.put(
                "policy",
                Html.escape("default-src 'none'; style-src " + Html.hash(style) + "; script-src " + Html.hash(script)));
        values.put("head", head);
        values.put("title", Html.escape(page.title()));
        values.put("facts", facts());
        values.put("failure", failure());
        values.put("waiting", waiting());
        values.put("run", run());
        values.put("snapshot", network());
        values.put("style", style);
        values.put("script", script);
        values.put("data", new PageData(page.diagram()).json());
        return Html.fill(Html.resource("page.html"), values);
    }

    private String facts() {
        List<String> facts = new ArrayList<>();
        facts.add(number(trace.events().size(), "event"));
        if (trace.omitted() > 0) {
            facts.add(number(trace.omitted(), "earlier event") + " not recorded");
        }
        facts.add((trace.virtualTime() ? "virtual time " : "time ") + timeText());
        facts.add("seed " + trace.seed());
        return facts.stream().map(fact -> "<li>" + Html.escape(fact) + "</li>").collect(Collectors.joining());
    }

    /** To the millisecond, which is enough for a fact about the whole. */
    private String timeText() {
        long millis = trace.time().toMillis();
        return millis < 1000
                ? millis + " ms"
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
    }

    private static String number(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }

    private String failure() {
        String text = page.failure().strip();
        if (text.isEmpty()) {
            return "";
        }
        List<String> lines = text.lines().toList();
        int first = firstLines(lines);
        String rest = String.join("\n", lines.subList(first, lines.size())).strip();
        return section("failure", "Failure") + "<pre>"
                + Html.escape(String.join("\n", lines.subList(0, first)))
                + "</pre>"
                + (rest.isEmpty()
                        ? ""
                        : "<details><summary>" + number(rest.lines().count(), "more line") + "</summary><pre>"
                                + Html.escape(rest) + "</pre></details>")
                + "</section>";
    }

    /** The start of a section with a heading. */
    private static String section(String id, String heading) {
        String label = id + "-heading";
        return "<section id=\"" + id + "\" aria-labelledby=\"" + label + "\"><h2 id=\"" + label + "\">" + heading
                + "</h2>";
    }

    /** The lines up to an empty one. */
    private static int firstLines(List<String> lines) {
        int empty = lines.indexOf("");
        return Math.min(empty < 0 ? lines.size() : empty, FIRST_LINES);
    }

    private String waiting() {
        Snapshot snapshot = page.snapshot();
        if (snapshot == null) {
            return "";
        }
        String items = snapshot.waiters().stream().map(PageHtml::waiter).collect(Collectors.joining());
        return section("waiting", "Waiting at the end")
                + (items.isEmpty()
                        ? "<p class=\"none\">Nothing. A wait that failed is over.</p>"
                        : "<ul>" + items + "</ul>")
                + "</section>";
    }

    private static String waiter(Snapshot.Waiter waiter) {
        StackTraceElement line = waiter.line();
        String place = line == null || line.getFileName() == null
                ? ""
                : line.getFileName() + (line.getLineNumber() < 0 ? "" : ":" + line.getLineNumber());
        return "<li><b>" + Html.escape(waiter.name()) + "</b> in <code>" + Html.escape(waiter.operation()) + "</code>"
                + (waiter.subject().isEmpty() ? "" : " of <code>" + Html.escape(waiter.subject()) + "</code>")
                + (place.isEmpty() ? "" : " at <code>" + Html.escape(place) + "</code>")
                + (waiter.limited() ? "" : " <span class=\"unlimited\">without a limit</span>")
                + "</li>";
    }

    private String run() {
        Snapshot snapshot = page.snapshot();
        String clock = snapshot != null ? snapshot.clock() : trace.virtualTime() ? "virtual" : "system";
        return section("run", "Run") + "<dl><dt>Clock</dt><dd>"
                + Html.escape(clock)
                + "</dd><dt>Seed</dt><dd><code>" + trace.seed() + "</code></dd>"
                + (page.replay().isEmpty()
                        ? ""
                        : "<dt>Replay</dt><dd><code id=\"replay\">" + Html.escape(page.replay())
                                + "</code><button type=\"button\" id=\"copy\">Copy</button></dd>")
                + "</dl></section>";
    }

    private String network() {
        Snapshot snapshot = page.snapshot();
        if (snapshot == null) {
            return "";
        }
        String counts = Stream.of(
                        count(snapshot.listeners().size(), "listener"),
                        count(snapshot.connections().size(), "connection end"),
                        count(snapshot.datagrams().size(), "datagram socket"))
                .filter(count -> !count.isEmpty())
                .collect(Collectors.joining(", "));
        return "<details id=\"snapshot\"><summary><h2>Network at the end</h2> "
                + (counts.isEmpty() ? "no socket" : counts)
                + "</summary><pre>"
                + Html.escape(snapshot.toString())
                + "</pre></details>";
    }

    private static String count(long number, String noun) {
        return number == 0 ? "" : number(number, noun);
    }
}
