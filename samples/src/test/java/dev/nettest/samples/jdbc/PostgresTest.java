package dev.nettest.samples.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.samples.real.RealServer;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Faults between the JDBC driver of PostgreSQL, with a pool, and a real server. The server is a process on a real
 * loopback port; if it is not installed, this test is skipped. The server runs in real time. The driver's socket
 * timeout is on the network's clock, which stands until the test moves it.
 */
class PostgresTest {

    private static RealServer postgres;

    private final VirtualClock clock = VirtualClock.manual();

    @RegisterExtension
    final NetworkExtension networks = new NetworkExtension(
            NetworkConfig.builder().clock(clock).checks(true).build());

    private final List<dev.nettest.Connection> connections = new CopyOnWriteArrayList<>();
    private final PGSimpleDataSource database = new PGSimpleDataSource();
    private HikariDataSource pool;

    @BeforeAll
    static void startServer() throws IOException {
        Optional<String> missing = RealServer.missing("initdb");
        missing.ifPresent(reason -> System.err.println("skipped: " + reason));
        assumeTrue(missing.isEmpty(), () -> missing.get());
        postgres = RealServer.postgres();
    }

    @AfterAll
    static void stopServer() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void useTheNetwork(Network network) throws Exception {
        // snippet: postgres-seam
        network.bridge("10.0.0.5:5432", postgres.address());
        database.setServerNames(new String[] {"10.0.0.5"});
        database.setSocketFactory(RegisteredSockets.class.getName());
        SocketFactory sockets = NetworkSockets.socketFactory(network, connections::add);
        database.setSocketFactoryArg(RegisteredSockets.register(sockets));
        // end snippet
        database.setDatabaseName("postgres");
        database.setUser("test");
        database.setSocketTimeout(30);
        pool = new HikariDataSource();
        pool.setDataSource(database);
        pool.setMaximumPoolSize(1);
        execute("drop table if exists orders", "create table orders (id text)");
    }

    @AfterEach
    void closePool() {
        pool.close();
        RegisteredSockets.forget(database.getSocketFactoryArg());
    }

    // snippet: postgres-commit-lost
    @Test
    void aCommitThatIsLostInTransitHasNoEffect() throws Exception {
        try (Connection connection = pool.getConnection()) {
            order(connection);
            bridgeEnd().faults().read(Fault.reset()); // before the server reads the commit

            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        }
        assertThat(orders()).isZero(); // over a new connection: the pool has evicted the broken one
    }

    @Test
    void aCommitWhoseAnswerIsLostTakesEffect() throws Exception {
        try (Connection connection = pool.getConnection()) {
            order(connection);
            bridgeEnd().faults().write(Fault.reset()); // after the server has committed

            assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class); // the same exception for the code
        }
        assertThat(orders()).isEqualTo(1);
    }
    // end snippet

    // snippet: postgres-stall
    @Test
    void aQueryOnAStalledConnectionTimesOutAfterThirtySeconds(Network network) throws Exception {
        try (Connection connection = pool.getConnection()) {
            connections.get(0).faults().read(Fault.stall());
            Future<?> query = network.executor().submit(() -> order(connection));

            clock.advanceTimeBy(Duration.ofSeconds(29));
            assertThat(query).isNotDone();

            clock.advanceTimeBy(Duration.ofSeconds(1));
            assertThatThrownBy(query::get)
                    .hasRootCauseInstanceOf(SocketTimeoutException.class)
                    .hasRootCauseMessage("Read timed out");
        }
        assertThat(orders()).isZero(); // not committed; the pool has a new connection
    }
    // end snippet

    /** The bridge's end of the pool's only connection. */
    private dev.nettest.Connection bridgeEnd() {
        return connections.get(connections.size() - 1).peer();
    }

    private static boolean order(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            return statement.execute("insert into orders values ('a piano')");
        }
    }

    private int orders() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from orders")) {
            result.next();
            return result.getInt(1);
        }
    }

    private void execute(String... commands) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }
}
