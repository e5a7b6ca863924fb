package dev.nettest.contract;

import dev.nettest.Host;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import dev.nettest.socket.NetworkSockets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Two hosts of a network in memory, on a clock that advances by itself while the thread that made this waits for an
 * outcome.
 */
final class MemoryHosts implements CutBackend {
    private final Network network;
    private final Participation participation;
    private final Host client;
    private final Host server;
    private final Machine clientMachine;
    private final Machine serverMachine;

    MemoryHosts(int retries) {
        network = Network.create(NetworkConfig.builder()
                .clock(VirtualClock.selfAdvancing())
                .tcpRetries2(retries)
                .tcpSynRetries(1)
                .build());
        participation = network.participate();
        client = network.host("client", CLIENT_ADDRESS);
        server = network.host("server", SERVER_ADDRESS);
        clientMachine = new InMemory(client);
        serverMachine = new InMemory(server);
    }

    @Override
    public Machine client() {
        return clientMachine;
    }

    @Override
    public Machine server() {
        return serverMachine;
    }

    @Override
    public void cut() {
        network.partition(client, server);
    }

    @Override
    public void cutToClient() {
        network.partitionOneWay(server, client);
    }

    @Override
    public void cutToServer() {
        network.partitionOneWay(client, server);
    }

    @Override
    public void repair() {
        network.repair();
    }

    @Override
    public void killServer() {
        server.crash();
        server.restart();
    }

    @Override
    public void close() {
        participation.close();
        network.shutdown();
    }

    private final class InMemory implements Machine {
        private final SocketCommands commands;

        InMemory(Host host) {
            commands = new SocketCommands(
                    NetworkSockets.socketFactory(host), NetworkSockets.serverSocketFactory(host), socket -> {});
        }

        @Override
        public Started start(String command) {
            CompletableFuture<Thread> begun = new CompletableFuture<>();
            CompletableFuture<String> outcome = new CompletableFuture<>();
            network.executor().execute(() -> {
                begun.complete(Thread.currentThread());
                outcome.complete(commands.run(command));
            });
            return new Started() {
                @Override
                public void awaitBlocked() {
                    Parked.await(get(begun, command));
                }

                @Override
                public String outcome() {
                    return get(outcome, command);
                }
            };
        }
    }

    private static <T> T get(CompletableFuture<T> future, String what) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("still waiting: " + what, e);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(what, e);
        }
    }
}
