package dev.nettest.samples.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Host;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceLevel;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.trace.TraceText;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queries of a trace, and its diagram. */
class TracesTest {
    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(NetworkConfig.builder()
            .clocks(VirtualClock::selfAdvancing)
            .trace(TraceLevel.ALL)
            .build());

    // snippet: query-java
    @Test
    void anAnswerNeedsNoRetransmission(Network network) throws Exception {
        Listener listener = network.listen("10.0.0.5:7");
        Connection client = network.connect("10.0.0.5:7");
        Connection server = listener.accept();
        client.write(ByteBuffer.wrap("ping".getBytes()));
        server.read(ByteBuffer.allocate(4));

        Trace trace = network.trace();

        assertThat(trace.events(TraceEvent.Retransmitted.class)).isEmpty();
        assertThat(trace.of(client).events(TraceEvent.Written.class))
                .extracting(written -> written.payload().text())
                .containsExactly("ping");
    }
    // end snippet

    // snippet: diagram-java
    @Test
    void aPartitionDuringARequest(Network network) throws Exception {
        Host app = network.host("app", "10.0.0.2");
        Host db = network.host("db", "10.0.0.5");
        network.link(app, db).latency(Duration.ofMillis(20));
        Listener listener = db.listen(5432);
        Connection client = app.connect("db:5432").readTimeout(Duration.ofSeconds(30));
        Connection server = listener.accept();
        network.partition(app, db);
        client.write(ByteBuffer.wrap("ping\n".getBytes()));
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(5))).isInstanceOf(SocketTimeoutException.class);
        network.repair(app, db);
        server.read(ByteBuffer.allocate(5));

        assertThat(TraceText.of(network.trace())).isEqualTo("""
                            app                                   db
                         10.0.0.2                              10.0.0.5
                    0 s =    | == app -> db: delay 20ms ==         |
                        =    | == db -> app: delay 20ms ==         |
                             |                                     | listen :5432
                         #1  |------------- SYN :5432 .............|
                             : 40 ms later                         :
                  40 ms  #1  |<------------ SYN, ACK ..............|
                             : 20 ms later                         :
                  60 ms  #1  |................ ACK --------------->|
                         #1  |                                     | accept
                        =    | == app <-> db: partitioned ==       |
                        ~#1  |-- 5 bytes "ping\\n", not delivered ..|
                             : 30 s later                          :
                30.06 s !#1  | read timed out after 30 s           |
                        =    | == app <-> db: repaired ==          |
                         #1  |-------------- 5 bytes ..............|
                             : 20 ms later                         :
                30.08 s  #1  |........... 5 bytes, read ---------->|""");
    }
    // end snippet
}
