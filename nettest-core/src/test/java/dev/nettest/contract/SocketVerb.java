package dev.nettest.contract;

import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/** Something that can be called on a socket or on a server socket, how often scripts do it, and with which numbers. */
record SocketVerb(String name, int weight, int[] numbers, Call call) {

    /** The call; null is told as {@code ok}. */
    @FunctionalInterface
    interface Call {
        Object run(SocketWorld world, String actor, int number) throws Exception;
    }

    /** A call that only needs the socket. */
    @FunctionalInterface
    interface OnSocket {
        Object run(Socket socket, int number) throws Exception;
    }

    /** A call that only needs the server socket. */
    @FunctionalInterface
    interface OnServer {
        Object run(ServerSocket server, int number) throws Exception;
    }

    static SocketVerb of(String name, int weight, int[] numbers, Call call) {
        return new SocketVerb(name, weight, numbers, (world, actor, number) -> {
            Object result = call.run(world, actor, number);
            return result == null ? "ok" : result;
        });
    }

    static SocketVerb onSocket(String name, int weight, int[] numbers, OnSocket call) {
        return of(name, weight, numbers, (world, actor, number) -> {
            Socket socket = world.socket(actor);
            return socket == null ? SocketWorld.NOBODY : call.run(socket, number);
        });
    }

    static SocketVerb onServer(String name, int weight, int[] numbers, OnServer call) {
        return of(name, weight, numbers, (world, actor, number) -> call.run(world.server(actor), number));
    }

    int anyNumber(Random random) {
        return numbers[random.nextInt(numbers.length)];
    }
}
