package dev.nettest.contract;

/**
 * Two hosts whose link a test can cut: two network namespaces of the kernel, or two hosts of a network in memory. The
 * clock of the latter is virtual, so a timeout of minutes takes no time.
 */
public interface CutBackend extends AutoCloseable {
    String CLIENT_ADDRESS = "10.77.0.1";
    String SERVER_ADDRESS = "10.77.0.2";

    /** A host that runs {@link SocketCommands}. */
    interface Machine {
        /** Starts a command on a thread of the host. */
        Started start(String command);

        /** Runs a command and returns its {@link Outcome}. */
        default String run(String command) {
            return start(command).outcome();
        }
    }

    /** A command that a host has begun. */
    interface Started {
        /** Returns when the thread is blocked in a socket, or has ended. */
        void awaitBlocked();

        /** Waits for the end of the command. */
        String outcome();
    }

    Machine client();

    Machine server();

    /** From now on nothing gets through, and no end is told. */
    void cut();

    /** From now on nothing gets through to the client. */
    void cutToClient();

    /** From now on nothing gets through to the server. */
    void cutToServer();

    /** Ends every cut. */
    void repair();

    /** Kills the process of the server. */
    void killServer();

    @Override
    void close();
}
