package dev.nettest.samples.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.samples.netty.NetworkEventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsSection;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The DNS client of Vert.x, with a name server of Netty. */
@NetworkTest(clock = NetworkTest.Clock.SELF_ADVANCING)
@Timeout(60)
class VertxDnsTest {

    private EventLoopGroup loops;
    private Vertx vertx;
    private NetClient client; // Vert.x closes a client without a reference

    @BeforeEach
    void start(Network network) throws Exception {
        loops = new NetworkEventLoops(network, 1);
        new Bootstrap()
                .group(loops)
                .channelFactory(() -> new NioDatagramChannel(NetworkEventLoops.provider(network.localhost())))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Names());
                    }
                })
                .bind("10.0.0.53", 53)
                .sync();
        vertx = Vertx.builder()
                .withTransport(new NetworkTransport.OnClock(network))
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setAddressResolverOptions(new AddressResolverOptions()
                                .setServers(List.of("10.0.0.52:53", "10.0.0.53:53"))
                                .setQueryTimeout(5_000)
                                .setSearchDomains(List.of())))
                .build();
        client = vertx.createNetClient();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await();
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }

    // snippet: vertx-dns
    @Test
    void theSecondNameServerIsAskedAfterFiveSeconds(Network network) throws Exception {
        network.host("ns1", "10.0.0.52").crashSilently();
        Listener listener = network.listen("10.0.0.5:80");
        long begin = network.clock().nanoTime();

        NetSocket socket = client.connect(80, "files").await();

        assertThat(Duration.ofNanos(network.clock().nanoTime() - begin)).isEqualTo(Duration.ofSeconds(5));
        assertThat(socket.remoteAddress().hostAddress()).isEqualTo("10.0.0.5");
        socket.close().await();
        listener.close();
    }
    // end snippet

    /** Knows one name. */
    private static final class Names extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            DatagramDnsResponse answer = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            answer.addRecord(DnsSection.QUESTION, question);
            if (question.type().equals(DnsRecordType.A)) {
                byte[] address = {10, 0, 0, 5};
                answer.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(question.name(), DnsRecordType.A, 60, Unpooled.wrappedBuffer(address)));
            }
            context.writeAndFlush(answer);
        }
    }
}
