package dev.nettest.samples.lettuce;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Connection;
import dev.nettest.samples.real.RealServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Lettuce and a real Redis, a process on a real loopback port. If it is not installed, the tests are skipped. */
@Timeout(60)
abstract class OnRealRedis {

    /** Lettuce logs each reconnect. A logger without a reference forgets its level. */
    private static final Logger LOG = Logger.getLogger("io.lettuce");

    private static RealServer redis;

    final List<Connection> connections = new CopyOnWriteArrayList<>();
    EventLoopGroup loops;
    ClientResources resources;
    RedisClient client;

    @BeforeAll
    static void startServer() throws IOException {
        LOG.setLevel(Level.OFF);
        Optional<String> missing = RealServer.missing("redis-server");
        missing.ifPresent(reason -> System.err.println("skipped: " + reason));
        assumeTrue(missing.isEmpty(), () -> missing.get());
        redis = RealServer.redis();
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (redis != null) {
            redis.close();
        }
    }

    static RealServer redis() {
        return redis;
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        resources.shutdown(0, 2, TimeUnit.SECONDS).sync();
        loops.shutdownGracefully(1, 1_000, TimeUnit.MILLISECONDS).sync();
    }
}
