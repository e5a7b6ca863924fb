package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nettest.Bridge;
import dev.nettest.Fault;
import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetworkExtension;
import dev.nettest.samples.real.RealServer;
import java.io.IOException;
import java.net.SocketException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One PostgreSQL at two URLs: its real one, and a claimed one that is a bridge to it. The driver has no setting apart
 * from the URL. If PostgreSQL is not installed, this test is skipped.
 */
class PostgresUrlTest {

    private static RealServer postgres;

    // snippet: jvm-postgres
    @RegisterExtension
    final JvmNetworkExtension claims = new JvmNetworkExtension(
            ClaimConfig.builder().kernelPorts(postgres.address().getPort()).build());

    private Bridge bridge;

    @BeforeEach
    void bridge(Claim claim, Network network) throws IOException {
        bridge = network.bridge(claim.address(1) + ":5432", postgres.address());
    }

    @Test
    void aResultThatIsResetLeavesTheOtherConnectionAlone(Claim claim) throws Exception {
        try (Connection real = connect("127.0.0.1:" + postgres.address().getPort());
                Connection claimed = connect(claim.address(1) + ":5432")) {
            execute(real, "create table orders as select generate_series(1, 1000) as id");
            assertThat(sum(claimed)).isEqualTo(500_500);

            bridge.listener().faults().write(Fault.reset().afterBytes(5000)); // inside the rows
            assertThatThrownBy(() -> sum(claimed))
                    .isInstanceOf(SQLException.class)
                    .hasRootCauseInstanceOf(SocketException.class)
                    .hasRootCauseMessage("Connection reset");

            assertThat(claimed.isClosed()).isTrue();
            assertThat(sum(real)).isEqualTo(500_500);
        }
    }
    // end snippet

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

    private static Connection connect(String address) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + address + "/postgres", "test", "");
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    /** Adds the rows here, so that all of them are transferred. */
    private static int sum(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id from orders")) {
            int sum = 0;
            while (result.next()) {
                sum += result.getInt(1);
            }
            return sum;
        }
    }
}
