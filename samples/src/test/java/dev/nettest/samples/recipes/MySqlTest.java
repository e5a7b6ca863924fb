package dev.nettest.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MariaDB's driver, with a scripted server. The driver connects and waits in the thread that calls it. */
class MySqlTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    // snippet: recipe-mysql
    private static Connection connect(Network network) throws Exception {
        String url = "jdbc:mariadb://10.0.0.9:3306/shop?user=app&sslMode=disable&socketTimeout=30000&socketFactory="
                + ThreadSockets.class.getName();
        return ThreadSockets.with(NetworkSockets.socketFactory(network), () -> DriverManager.getConnection(url));
    }

    @Test
    void aConnectionThatTheServerClosedIsNotValid(Network network) throws Exception {
        Recipes.serve(network, "10.0.0.9:3306", client -> MySqlScript.run(client, Duration.ofHours(8)));
        try (Connection connection = connect(network)) {
            network.clock().sleep(Duration.ofHours(7));
            assertThat(connection.isValid(5)).isTrue(); // the server's wait_timeout starts again

            network.clock().sleep(Duration.ofHours(9));
            assertThat(connection.isValid(5)).isFalse();
        }
    }
    // end snippet

    @Test
    void aStatementWithoutAnAnswerEndsAfterTheSocketTimeout(Network network) throws Exception {
        Listener server =
                Recipes.serve(network, "10.0.0.9:3306", client -> MySqlScript.run(client, Duration.ofHours(8)));
        try (Connection connection = connect(network);
                Statement statement = connection.createStatement()) {
            server.faults().read(Fault.stall());

            assertThatThrownBy(() -> statement.execute("update orders set paid = 1"))
                    .isInstanceOf(SQLException.class)
                    .hasRootCauseMessage("Read timed out");
            assertThat(Duration.ofNanos(network.clock().nanoTime())).hasSeconds(30);
            assertThat(connection.isClosed()).isTrue();
        }
    }
}
