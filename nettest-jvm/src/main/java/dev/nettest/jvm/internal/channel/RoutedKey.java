package dev.nettest.jvm.internal.channel;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectionKey;
import org.jspecify.annotations.Nullable;

/** The registration of a routed channel. The key of the channel that does the work has its state. */
final class RoutedKey extends AbstractSelectionKey {

    private final RoutedSelector selector;
    private final SelectableChannel channel;
    private volatile @Nullable SelectionKey inner;

    RoutedKey(RoutedSelector selector, SelectableChannel channel) {
        this.selector = selector;
        this.channel = channel;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public RoutedSelector selector() {
        return selector;
    }

    SelectionKey inner() {
        SelectionKey current = inner;
        if (current == null) {
            throw new CancelledKeyException(); // its registration has failed
        }
        return current;
    }

    void inner(SelectionKey key) {
        inner = key;
    }

    boolean isInside(SelectionKey key) {
        return key == inner;
    }

    /** The key that {@code inner} belongs to. */
    static RoutedKey of(SelectionKey inner) {
        return (RoutedKey) inner.attachment();
    }

    private SelectionKey valid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
        return inner();
    }

    @Override
    public int interestOps() {
        return valid().interestOps();
    }

    @Override
    public synchronized SelectionKey interestOps(int ops) {
        valid().interestOps(ops);
        return this;
    }

    /** Goes on as {@code next}, which has no interest yet. */
    synchronized void move(SelectionKey next) {
        SelectionKey before = inner();
        inner = next;
        next.interestOps(before.interestOps());
        before.cancel();
    }

    @Override
    public int readyOps() {
        return valid().readyOps();
    }

    @Override
    public String toString() {
        SelectionKey current = inner;
        String state = isValid() && current != null && current.isValid()
                ? ", interestOps=" + current.interestOps() + ", readyOps=" + current.readyOps()
                : ", invalid";
        return "channel=" + channel + ", selector=" + selector + state;
    }
}
