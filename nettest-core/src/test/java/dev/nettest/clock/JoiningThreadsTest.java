package dev.nettest.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.JoiningThreads;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.ldap.InitialLdapContext;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads that libraries start by themselves, under a self-advancing clock. */
class JoiningThreadsTest {
    private static final ThreadGroup GROUP = new ThreadGroup("libraries");

    private Network network;

    private Network join(Predicate<Thread> threads) {
        network = Network.create(NetworkConfig.builder()
                .clocks(VirtualClock::selfAdvancing)
                .joinThreads(threads)
                .build());
        network.participate();
        return network;
    }

    @AfterEach
    void close() {
        if (network != null) {
            network.close();
        }
    }

    private Duration now() {
        return Duration.ofNanos(network.clock().nanoTime());
    }

    /** Reads from a silent server with a timeout of 30 s, on a thread of its own. */
    private Object timeOutOn(ThreadFactory library) throws Exception {
        Listener listener = network.listen("10.0.0.5:1883");
        FutureTask<Object> read = new FutureTask<>(() -> {
            try (Socket socket = NetworkSockets.socketFactory(network).createSocket("10.0.0.5", 1883)) {
                socket.setSoTimeout(30_000);
                return socket.getInputStream().read();
            } catch (SocketTimeoutException e) {
                return e.getMessage();
            }
        });
        Thread thread = library.newThread(read);
        thread.start();
        Object result = read.get(20, TimeUnit.SECONDS);
        thread.join();
        listener.close();
        return result;
    }

    static List<Predicate<Thread>> selections() {
        return List.of(JoiningThreads.all(), JoiningThreads.named("MQTT .*"), JoiningThreads.of(GROUP));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void aThreadJoinsAtItsFirstUseOfASocketAndLeavesAtItsEnd(Predicate<Thread> selection) throws Exception {
        join(selection);
        ThreadGroup below = new ThreadGroup(GROUP, "mqtt");

        assertThat(timeOutOn(work -> new Thread(below, work, "MQTT Rec: 1"))).isEqualTo("Read timed out");

        assertThat(now()).isEqualTo(Duration.ofSeconds(30));
        network.clock().sleep(Duration.ofHours(1)); // the ended thread does not stop the clock
        assertThat(now()).isEqualTo(Duration.ofHours(1).plusSeconds(30));
    }

    @RepeatedTest(20)
    void aThreadOfAFactoryIsRegisteredFromItsStart() throws Exception {
        join(thread -> false);
        ThreadFactory named = network.threadFactory(work -> new Thread(GROUP, work, "library"));

        assertThat(timeOutOn(named)).isEqualTo("Read timed out");

        assertThat(now()).isEqualTo(Duration.ofSeconds(30));
        network.clock().sleep(Duration.ofHours(1));
        assertThat(now()).isEqualTo(Duration.ofHours(1).plusSeconds(30));
    }

    @Test
    void aNetworkKnowsItsRegisteredThreads() throws Exception {
        join(JoiningThreads.named("MQTT .*"));

        assertThat(network.isRegistered()).isTrue();
        assertThat(Background.call(network::isRegistered).result()).isFalse();
        assertThat(network.executor().submit(network::isRegistered).get()).isTrue();
        try (Network other = Network.create()) {
            assertThat(other.isRegistered()).isFalse();
        }
    }

    @Test
    void otherThreadsMayNotWait() throws Exception {
        join(JoiningThreads.named("MQTT .*"));
        Connection end = network.pair().client();

        Throwable refused =
                Background.run("another", () -> end.inputStream().read()).failure();

        assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the thread \"another\" is not registered");
    }

    @Test
    void theWaitOfAJoinedThreadIsCountedExactly() throws Exception {
        join(JoiningThreads.all());
        Connection end = network.pair().client();
        end.readTimeout(Duration.ofSeconds(30));
        Background<Integer> read = Background.call(() -> end.inputStream().read());
        assertThat(read.failure()).isInstanceOf(SocketTimeoutException.class);

        assertThat(now()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aThreadThatJoinedCanParticipate() throws Exception {
        network = Network.create(NetworkConfig.builder()
                .clocks(VirtualClock::selfAdvancing)
                .joinThreads(JoiningThreads.all())
                .build());
        network.pair(); // joins
        Participation test = network.participate();
        network.clock().sleep(Duration.ofHours(1));
        test.close();

        assertThat(now()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void anIdleNetworkWaitsForThreadsThatJoined() throws Exception {
        try (Network real = Network.create(
                NetworkConfig.builder().joinThreads(JoiningThreads.all()).build())) {
            Connection end = real.pair().client();
            Background<Integer> read = Background.call(() -> end.inputStream().read());
            read.awaitParked();

            real.awaitIdle();

            assertThat(real.isIdle()).isTrue();
            end.peer().close();
            assertThat(read.result()).isEqualTo(-1);
        }
    }

    @Test
    void selectionsRejectNull() {
        assertThatThrownBy(() -> JoiningThreads.of(null)).hasMessage("group");
        assertThatThrownBy(() -> JoiningThreads.named(null)).hasMessage("regex");
        assertThatThrownBy(() -> JoiningThreads.named("(")).isInstanceOf(PatternSyntaxException.class);
        assertThatThrownBy(() -> NetworkConfig.builder().joinThreads(null)).hasMessage("threads");
    }

    // ---- LDAP of the JDK. It starts a thread for each connection, and names a socket factory by its class.

    private static Network ldapNetwork;

    /** JNDI calls {@code getDefault}. */
    public static final class LdapSockets extends SocketFactory {
        private final SocketFactory sockets = NetworkSockets.socketFactory(ldapNetwork);

        public static SocketFactory getDefault() {
            return new LdapSockets();
        }

        @Override
        public Socket createSocket() throws IOException {
            return sockets.createSocket();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return sockets.createSocket(host, port);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
            return sockets.createSocket(host, port, localHost, localPort);
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return sockets.createSocket(host, port);
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort) throws IOException {
            return sockets.createSocket(address, port, local, localPort);
        }
    }

    /** The bind response of RFC 4511, section 4.2.2, to message 1: success. */
    private static final byte[] BIND_RESPONSE = {0x30, 0x0C, 2, 1, 1, 0x61, 7, 0x0A, 1, 0, 4, 0, 4, 0};

    private InitialLdapContext bind() throws NamingException {
        ldapNetwork = network;
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        settings.put(Context.PROVIDER_URL, "ldap://10.0.0.5:389");
        settings.put(Context.SECURITY_AUTHENTICATION, "simple");
        settings.put(Context.SECURITY_PRINCIPAL, "cn=app");
        settings.put(Context.SECURITY_CREDENTIALS, "secret");
        settings.put("java.naming.ldap.factory.socket", LdapSockets.class.getName());
        return new InitialLdapContext(settings, null);
    }

    private void answerBindsAfter(Duration pause) throws IOException {
        network.listen("10.0.0.5:389").serve(connection -> {
            InputStream requests = connection.inputStream();
            int tag = requests.read();
            if (tag < 0) {
                return;
            }
            requests.readNBytes(requests.read()); // the bind request
            network.clock().sleep(pause);
            connection.outputStream().write(BIND_RESPONSE);
            requests.readAllBytes(); // up to the unbind request
        });
    }

    @RepeatedTest(10)
    void theReaderOfAnLdapConnectionWaitsForThirtyVirtualSeconds() throws Exception {
        join(JoiningThreads.all());
        answerBindsAfter(Duration.ofSeconds(30));

        InitialLdapContext directory = bind();

        assertThat(now()).isEqualTo(Duration.ofSeconds(30));
        directory.close();
    }
}
