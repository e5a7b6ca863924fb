package dev.nettest.contract;

/** Tells before a script is run which of its steps would block: a model of who has sent what, and of nothing else. */
final class Foresight {
    private final Side client = new Side();
    private final Side server = new Side();
    private final boolean unix;

    Foresight(boolean unix) {
        this.unix = unix;
    }

    private static final class Side {
        private int unread;
        private boolean inputShut;
        private boolean outputShut;
        private boolean closed;
        private boolean dead;
    }

    /** Takes the step into account; false if it would block with buffers of the given size. */
    boolean admits(Script.Step step, int capacity) {
        Side me = step.peer() ? server : client;
        Side other = step.peer() ? client : server;
        switch (step.verb()) {
            case "read" -> {
                return read(me, other, step.size());
            }
            case "write" -> {
                return write(me, other, step.size(), capacity);
            }
            case "shutdownInput" -> me.inputShut = true;
            case "shutdownOutput" -> me.outputShut = true;
            case "close", "reset" -> {
                boolean kills = !me.closed && (step.verb().equals("reset") || me.unread > 0);
                me.closed = true;
                me.dead |= kills;
                other.dead |= kills;
            }
            default -> {}
        }
        return true;
    }

    private static boolean read(Side me, Side other, int size) {
        if (me.closed || me.inputShut || size == 0) {
            return true;
        }
        boolean blocks = me.unread == 0 && !me.dead && !other.outputShut && !other.closed;
        me.unread -= Math.min(size, me.unread);
        return !blocks;
    }

    private boolean write(Side me, Side other, int size, int capacity) {
        if (me.closed || me.outputShut || me.dead || size == 0) {
            return true;
        }
        if (unix && (other.closed || other.inputShut)) {
            return true;
        }
        if (other.closed || (other.inputShut && other.outputShut)) {
            me.dead = true;
            other.dead = true;
            return true;
        }
        other.unread += size;
        return other.unread <= capacity;
    }
}
