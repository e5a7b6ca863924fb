package dev.nettest.contract;

/** Predicts which steps of a script would block. It models only the bytes and segments that each side has sent. */
final class BlockingPredictor {
    private final Side client = new Side();
    private final Side server = new Side();
    private final boolean unix;

    BlockingPredictor(boolean unix) {
        this.unix = unix;
    }

    private static final class Side {
        private int unread;
        private boolean inputShut;
        private boolean outputShut;
        private boolean closed;
        private boolean reset;
    }

    /** Applies the step to the model; false if it would block with buffers of the given size. */
    boolean admits(Script.Step step, int capacity) {
        Side local = step.peer() ? server : client;
        Side remote = step.peer() ? client : server;
        switch (step.verb()) {
            case "read" -> {
                return read(local, remote, step.size());
            }
            case "write" -> {
                return write(local, remote, step.size(), capacity);
            }
            case "shutdownInput" -> local.inputShut = true;
            case "shutdownOutput" -> local.outputShut = true;
            case "close", "reset" -> {
                boolean resets = !local.closed && (step.verb().equals("reset") || local.unread > 0);
                local.closed = true;
                local.reset |= resets;
                remote.reset |= resets;
            }
            default -> {}
        }
        return true;
    }

    private static boolean read(Side local, Side remote, int size) {
        if (local.closed || local.inputShut || size == 0) {
            return true;
        }
        boolean blocks = local.unread == 0 && !local.reset && !remote.outputShut && !remote.closed;
        local.unread -= Math.min(size, local.unread);
        return !blocks;
    }

    private boolean write(Side local, Side remote, int size, int capacity) {
        if (local.closed || local.outputShut || local.reset || size == 0) {
            return true;
        }
        if (unix && (remote.closed || remote.inputShut)) {
            return true;
        }
        if (remote.closed || (remote.inputShut && remote.outputShut)) {
            local.reset = true;
            remote.reset = true;
            return true;
        }
        remote.unread += size;
        return remote.unread <= capacity;
    }
}
