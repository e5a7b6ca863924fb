package dev.nettest.trace;

import dev.nettest.Operation;
import dev.nettest.Snapshot;
import dev.nettest.TraceEvent;
import dev.nettest.internal.diagram.Diagram;
import dev.nettest.internal.diagram.Diagram.Mark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The diagrams that the tests of the page show. */
final class Scenes {
    static final String MARKUP =
            "</script><script>window.hacked=true</script><img src=x onerror=hacked()>\r\n\u0000\u202e";

    private Scenes() {}

    /** A client writes through a partition, and its read times out. About fifty events. */
    static Diagram partition() {
        Scene scene = new Scene();
        int app = scene.host("app");
        int cache = scene.host("cache");
        int db = scene.host("db");
        Scene.Wire store = scene.wire(app, db).handshake();
        Scene.Wire lookups = scene.wire(app, cache).handshake();
        lookups.says(true, "GET user:1\r\n").says(false, "VALUE " + MARKUP);
        for (int i = 0; i < 4; i++) {
            store.sends(true, "select " + i, Duration.ofMillis(20));
            store.sends(false, "row " + i, Duration.ofMillis(20));
        }
        lookups.local(
                lookups.accepting,
                "fault: reset after 12 bytes",
                Mark.FAULT,
                new TraceEvent.FaultFired(
                        scene.number(),
                        scene.now(),
                        lookups.accepting,
                        Operation.Kind.READ,
                        "reset().afterBytes(12)",
                        "listener 10.0.0.2:80",
                        "StoreTest.java:31",
                        1));
        lookups.row(
                Diagram.Shape.ARROW,
                cache,
                app,
                "reset, RST",
                Mark.NONE,
                new TraceEvent.Closed(scene.number(), scene.now(), lookups.accepting, false, true, "fault"));
        lookups.fails(true, Operation.Kind.READ, "Connection reset");
        scene.change("app - db", "partition");
        store.loses(true, "commit");
        scene.pass(Duration.ofSeconds(30));
        store.local(
                store.dialling,
                "read timed out after 30 s",
                Mark.TIMEOUT,
                new TraceEvent.WaitTimedOut(
                        scene.number(), scene.now(), store.dialling, "read", Duration.ofSeconds(30)));
        store.fails(true, Operation.Kind.READ, "Read timed out");
        store.closes(true);
        return scene.diagram();
    }

    /** Many requests on several connections, with a fault near the end. */
    static Diagram traffic(int events) {
        Scene scene = new Scene();
        int[] clients = {scene.host("gateway"), scene.host("orders"), scene.host("billing")};
        int server = scene.host("store");
        Scene.Wire[] wires = new Scene.Wire[6];
        for (int i = 0; i < wires.length; i++) {
            wires[i] = scene.wire(clients[i % 3], server).handshake();
        }
        boolean failed = false;
        for (int i = 0; scene.events() < events - 3; i++) {
            Scene.Wire wire = wires[i * 7 % 5 % wires.length];
            if (!failed && scene.events() > events * 9 / 10) {
                failed = true;
                wire.fails(true, Operation.Kind.WRITE, "Broken pipe");
            }
            if (i % 11 == 0) {
                wire.sends(true, "request " + i + " of a long conversation, number " + i * 31, Duration.ofMillis(2));
            } else {
                wire.says(true, "GET /items/" + i + " HTTP/1.1\r\nHost: store\r\n\r\n");
            }
            wire.says(false, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nitem" + i);
            scene.pass(Duration.ofMillis(i % 3));
        }
        wires[0].closes(true);
        return scene.diagram();
    }

    static Snapshot snapshot() {
        InetSocketAddress db = InetSocketAddress.createUnresolved("10.0.0.3", 80);
        Snapshot.Waiter waiter = new Snapshot.Waiter(
                "thread \"worker <1>\"",
                "accept",
                "10.0.0.3:80 of db",
                new StackTraceElement("dev.shop.Store", "serve", "Store.java", 27),
                false);
        Snapshot.Row row = new Snapshot.Row("tcp", "LISTEN", 0, 128, db, db, "db", List.of(waiter));
        return new Snapshot(
                List.of(row),
                List.of(waiter),
                List.of(),
                Map.of(),
                List.of("app - db: partition"),
                "virtual at 30.16 s",
                42);
    }
}
