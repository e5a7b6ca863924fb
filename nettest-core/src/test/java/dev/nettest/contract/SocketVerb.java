package dev.nettest.contract;

import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;

/** A method of a socket or server socket, its weight in random scripts, and the numbers to call it with. */
record SocketVerb(String name, int weight, int[] numbers, Call call) {

    /** The call; a result of null becomes {@code ok}. */
    @FunctionalInterface
    interface Call {
        Object run(SocketScriptRunner runner, String actor, int number) throws Exception;
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
        return new SocketVerb(name, weight, numbers, (runner, actor, number) -> {
            Object result = call.run(runner, actor, number);
            return result == null ? "ok" : result;
        });
    }

    static SocketVerb onSocket(String name, int weight, int[] numbers, OnSocket call) {
        return of(name, weight, numbers, (runner, actor, number) -> {
            Socket socket = runner.socket(actor);
            return socket == null ? SocketScriptRunner.ABSENT : call.run(socket, number);
        });
    }

    static SocketVerb onServer(String name, int weight, int[] numbers, OnServer call) {
        return of(name, weight, numbers, (runner, actor, number) -> call.run(runner.server(actor), number));
    }

    int anyNumber(Random random) {
        return numbers[random.nextInt(numbers.length)];
    }
}
