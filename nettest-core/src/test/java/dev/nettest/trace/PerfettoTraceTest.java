package dev.nettest.trace;

import static dev.nettest.TraceScript.SERVER;
import static dev.nettest.TraceScript.client;
import static dev.nettest.TraceScript.datagrams;
import static dev.nettest.TraceScript.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Operation;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.TracePayload;
import dev.nettest.TraceScript;
import dev.nettest.TraceSocket;
import dev.nettest.VirtualClock;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerfettoTraceTest {

    private final TraceSocket client = client(0, 40_000);

    @SuppressWarnings("unchecked") // of JSON
    private static List<Map<String, Object>> events(String json) {
        return (List<Map<String, Object>>) ((Map<String, Object>) JsonReader.read(json)).get("traceEvents");
    }

    private static List<Map<String, Object>> events(TraceScript script) {
        return events(PerfettoTrace.of(script.trace()));
    }

    private static List<Map<String, Object>> ofPhase(List<Map<String, Object>> events, String phase) {
        return events.stream().filter(event -> event.get("ph").equals(phase)).toList();
    }

    @Test
    void hostsAreProcessesAndSocketsAreThreads() {
        List<Map<String, Object>> events = events(new TraceScript()
                .connect(0, 40_000)
                .connect(1, 40_001)
                .add((n, t) -> new TraceEvent.LinkChanged(n, t, "app - db", "latency 5 ms")));

        assertThat(ofPhase(events, "M"))
                .extracting(event -> event.get("name") + " " + event.get("pid") + " " + event.get("args"))
                .containsExactly(
                        "process_name 1 {name=app}",
                        "thread_name 1 {name=#0 10.0.0.2:40000 -> 10.0.0.5:80}",
                        "process_name 2 {name=db}",
                        "thread_name 2 {name=#0 10.0.0.5:80 -> 10.0.0.2:40000}",
                        "thread_name 1 {name=#1 10.0.0.2:40001 -> 10.0.0.5:80}",
                        "thread_name 2 {name=#1 10.0.0.5:80 -> 10.0.0.2:40001}",
                        "process_name 3 {name=network}",
                        "thread_name 3 {name=network}");
        assertThat(ofPhase(events, "i")).extracting(event -> event.get("name")).contains("connecting", "link changed");
    }

    @Test
    void anEventIsAnInstantInMicrosecondsWithItsProperties() {
        List<Map<String, Object>> events = events(new TraceScript().at(5).write(client, "a\"\\\n\u0001"));

        assertThat(ofPhase(events, "i")).singleElement().satisfies(event -> {
            assertThat(event.get("name")).isEqualTo("written");
            assertThat(event.get("ts")).isEqualTo(new BigDecimal("5000.000"));
            assertThat(event.get("s")).isEqualTo("t");
            assertThat(event.get("args")).hasToString("{number=0, bytes=5, count=1, payload=a\"\\\n\u0001}");
        });
    }

    @Test
    void aFaultIsAnInstantOfTheProcess() {
        List<Map<String, Object>> events = events(new TraceScript().fault(client, Operation.Kind.WRITE, "reset"));
        assertThat(ofPhase(events, "i")).singleElement().satisfies(event -> {
            assertThat(event.get("name")).isEqualTo("fault fired");
            assertThat(event.get("s")).isEqualTo("p");
        });
    }

    @Test
    void aWaitHasADuration() {
        List<Map<String, Object>> events = events(new TraceScript()
                .at(1)
                .add((n, t) -> new TraceEvent.WaitBegan(n, t, client, Operation.Kind.READ, "main"))
                .add((n, t) -> new TraceEvent.WaitBegan(n, t, client, Operation.Kind.WRITE, "writer"))
                .at(3)
                .add((n, t) -> new TraceEvent.WaitEnded(n, t, client, Operation.Kind.READ, "main"))
                .at(4)
                .add((n, t) -> new TraceEvent.WaitTimedOut(n, t, client, "write", Duration.ofMillis(3)))
                .add((n, t) -> new TraceEvent.WaitBegan(n, t, client, Operation.Kind.READ, "main"))
                .at(9));

        assertThat(ofPhase(events, "X"))
                .extracting(event ->
                        event.get("name") + " " + event.get("ts") + " " + event.get("dur") + " " + event.get("tid"))
                .containsExactly(
                        "wait for read 1000.000 2000.000 1",
                        "write timed out 1000.000 3000.000 2",
                        "wait for read 4000.000 5000.000 1");
        assertThat(ofPhase(events, "i")).extracting(event -> event.get("name")).containsExactly("wait timed out");
    }

    @Test
    void deliveriesThatOverlapGetFurtherThreads() {
        List<Map<String, Object>> events = events(new TraceScript()
                .add((n, t) -> new TraceEvent.InFlight(n, t, client, 3, false, false, Duration.ofMillis(5)))
                .at(1)
                .add((n, t) -> new TraceEvent.InFlight(n, t, client, 4, true, false, Duration.ofMillis(6)))
                .at(5)
                .add((n, t) -> new TraceEvent.InFlight(n, t, client, 5, false, false, Duration.ofMillis(9)))
                .add((n, t) -> new TraceEvent.InFlight(n, t, client, 6, false, false, null)));

        assertThat(ofPhase(events, "X"))
                .extracting(event -> event.get("ts") + " " + event.get("dur") + " " + event.get("tid"))
                .containsExactly("0.000 5000.000 1", "1000.000 5000.000 2", "5000.000 4000.000 1");
        assertThat(ofPhase(events, "M"))
                .extracting(event -> event.get("args"))
                .contains(Map.of("name", "#0 10.0.0.2:40000 -> 10.0.0.5:80 (2)"));
        assertThat(ofPhase(events, "i")).extracting(event -> event.get("name")).containsExactly("in flight");
    }

    @Test
    void everyCharacterIsValid() {
        StringBuilder all = new StringBuilder("\uD800 \uDC00 \uD83D\uDE00");
        for (char each = 0; each < 0x2100; each++) {
            all.append(each);
        }
        TracePayload payload = new TracePayload(all.toString().getBytes(UTF_8), 100_000);
        String json = PerfettoTrace.of(new TraceScript()
                .add((n, t) ->
                        new TraceEvent.DatagramSent(n, t, datagrams("10.0.0.2", 53), SERVER, "db", 100_000, 1, payload))
                .trace());
        assertThat(new String(json.getBytes(UTF_8), UTF_8)).isEqualTo(json);
        assertThat(((Map<?, ?>) ofPhase(events(json), "i").get(0).get("args")).get("payload"))
                .isEqualTo(payload.text());
    }

    @Test
    void anEmptyTraceIsValid() {
        assertThat(events(new TraceScript())).isEmpty();
        assertThat(PerfettoTrace.of(new TraceScript().trace(3))).contains("\"omittedEvents\":3");
    }

    @Test
    void aRealNetworkIsValid(@TempDir Path directory) throws Exception {
        NetworkConfig config = NetworkConfig.builder()
                .clocks(VirtualClock::manual)
                .trace(TraceLevel.ALL)
                .build();
        try (Network network = Network.create(config)) {
            var pair = network.pair();
            pair.client().faults().write(Fault.slice(2));
            pair.client().tryWrite(ByteBuffer.allocate(5));
            pair.server().tryRead(ByteBuffer.allocate(5));
            Trace trace = network.trace();
            Path file = directory.resolve("trace.json");
            PerfettoTrace.write(trace, file);
            assertThat(events(Files.readString(file)))
                    .extracting(event -> event.get("name"))
                    .contains("written", "bytes read", "fault fired");
        }
    }

    @Test
    void bothEndsOfAConnectionAreApart() {
        assertThat(ofPhase(events(new TraceScript().write(client, "a").write(server(0, 40_000), "b")), "i"))
                .extracting(event -> event.get("pid"))
                .containsExactly(new BigDecimal(1), new BigDecimal(2));
    }
}
