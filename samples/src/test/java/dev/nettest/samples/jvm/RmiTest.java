package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.jvm.JvmNetworkTest;
import dev.nettest.jvm.Localhost;
import java.net.SocketException;
import java.rmi.ConnectException;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.UnmarshalException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-rmi
/**
 * A registry, a remote object and its client. RMI keeps its connections for 15 seconds, so the checks would find leaks,
 * and each test has ports of its own.
 */
@JvmNetworkTest(localhost = Localhost.ALL_THREADS)
@NetworkTest(checks = false)
class RmiTest {

    private static final String HOST = "java.rmi.server.hostname";
    private static final AtomicInteger PORTS = new AtomicInteger(1099);

    public interface Account extends Remote {
        int deposit(int amount) throws RemoteException;
    }

    /** The remote object. */
    private class SavingsAccount implements Account {

        private final AtomicInteger balance = new AtomicInteger();

        @Override
        public int deposit(int amount) {
            beforeAnswer.run();
            return balance.addAndGet(amount);
        }
    }

    private final int registryPort = PORTS.getAndIncrement();
    private final int accountPort = PORTS.getAndIncrement();
    private final SavingsAccount savings = new SavingsAccount();
    private Runnable beforeAnswer = () -> {};
    private Registry registry;

    @BeforeEach
    void export() throws Exception {
        System.setProperty(HOST, "localhost"); // the host in each stub; otherwise it is the address of the machine
        registry = LocateRegistry.createRegistry(registryPort);
        registry.bind("savings", UnicastRemoteObject.exportObject(savings, accountPort));
    }

    @AfterEach
    void unexport() throws NoSuchObjectException {
        UnicastRemoteObject.unexportObject(savings, true);
        UnicastRemoteObject.unexportObject(registry, true);
        System.clearProperty(HOST);
    }

    private Account lookUp() throws Exception {
        return (Account) LocateRegistry.getRegistry("localhost", registryPort).lookup("savings");
    }

    @Test
    void deposits() throws Exception {
        assertThat(lookUp().deposit(5)).isEqualTo(5);
    }

    @Test
    void aResetBeforeTheAnswerLeavesTheMoneyInTheAccount(Network network) throws Exception {
        Account account = lookUp();
        Listener accounts = network.awaitListening("localhost:" + accountPort);
        beforeAnswer = () -> accounts.faults().write(Fault.reset());

        assertThatThrownBy(() -> account.deposit(5))
                .isInstanceOf(UnmarshalException.class)
                .hasCauseInstanceOf(SocketException.class);
        assertThat(savings.balance).hasValue(5);
    }

    @Test
    void aRefusedConnectFailsTheCall(Network network) throws Exception {
        network.awaitListening("localhost:" + accountPort).faults().connect(Fault.refuse());
        Account account = lookUp();

        assertThatThrownBy(() -> account.deposit(5)).isInstanceOf(ConnectException.class);
        assertThat(savings.balance).hasValue(0);
    }
}
// end snippet
