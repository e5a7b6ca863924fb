package dev.nettest.jvm.internal.channel;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectionKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registration of a routed channel. The key of the channel that does the work has its state. A datagram channel in
 * several worlds has several: each tells if it can be read, and the first one all else.
 */
final class RoutedKey extends AbstractSelectionKey {

    private final RoutedSelector selector;
    private final SelectableChannel channel;

    /** Empty until it is registered inside, which an action may defer. Replaced by each change. */
    private volatile List<SelectionKey> inners = List.of();

    private volatile int interest;

    /** That of the latest select which found this key, for a key in several worlds. */
    private volatile int ready;

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

    // ---- the keys inside

    List<SelectionKey> inners() {
        return inners;
    }

    boolean isInSeveral() {
        return inners.size() > 1;
    }

    boolean isInside(SelectionKey inner) {
        return inners.contains(inner);
    }

    /** The key of {@code inside}; null if it has none here. */
    @Nullable
    SelectionKey innerOf(SelectableChannel inside) {
        for (SelectionKey inner : inners) {
            if (inner.channel() == inside) {
                return inner;
            }
        }
        return null;
    }

    /** The key that {@code inner} belongs to. */
    static RoutedKey of(SelectionKey inner) {
        return (RoutedKey) inner.attachment();
    }

    /** Goes on with these keys, and cancels the others. */
    synchronized void follow(List<SelectionKey> next) {
        List<SelectionKey> before = inners;
        inners = List.copyOf(next);
        if (!before.isEmpty() && before.get(0) != next.get(0)) {
            ready = 0;
        }
        applyInterest(interest);
        for (SelectionKey inner : before) {
            if (!next.contains(inner)) {
                inner.cancel();
            }
        }
    }

    void cancelInside() {
        inners.forEach(SelectionKey::cancel);
    }

    // ---- interest

    /** The key that tells this one's state; null before it is registered inside. */
    private @Nullable SelectionKey valid() {
        List<SelectionKey> present = inners;
        SelectionKey first = present.isEmpty() ? null : present.get(0);
        if (!isValid() || (first != null && !first.isValid())) {
            throw new CancelledKeyException();
        }
        return first;
    }

    @Override
    public int interestOps() {
        valid();
        return interest;
    }

    @Override
    public synchronized SelectionKey interestOps(int ops) {
        SelectionKey first = valid();
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException();
        }
        interest = ops;
        if (first != null) {
            int before = first.interestOps();
            applyInterest(selector.changesLater(this) ? ops & before : ops);
        }
        return this;
    }

    /** Applies a change that came during a select. */
    synchronized void applyInterest() {
        try {
            applyInterest(interest);
        } catch (CancelledKeyException e) {
            // nothing to apply any more
        }
    }

    /** All channels of datagrams are writable nearly always, so the first one tells that. */
    private void applyInterest(int ops) {
        int applied = ops;
        for (SelectionKey inner : inners) {
            inner.interestOps(applied);
            applied &= SelectionKey.OP_READ;
        }
    }

    // ---- readiness

    @Override
    public int readyOps() {
        SelectionKey first = valid();
        int ops = first == null ? 0 : first.readyOps(); // throws if it is cancelled
        return isInSeveral() ? ready : ops;
    }

    private static int readyOps(SelectionKey inner) {
        try {
            return inner.readyOps();
        } catch (CancelledKeyException e) {
            return 0; // cancelled since it was found
        }
    }

    /**
     * A select has found {@code inner} ready, for the set of selected keys.
     *
     * @param isNew true if this key was not in the set
     * @return false if it was ready for the same in another world
     */
    boolean selected(SelectionKey inner, boolean isNew) {
        boolean inSeveral = isInSeveral();
        int before = isNew || !inSeveral ? 0 : ready;
        ready = before | readyOps(inner);
        return !inSeveral || ready != before;
    }

    /** True if {@code inner} is ready for an action: it was not cancelled since, and has interest left. */
    boolean isReadyForAction(SelectionKey inner) {
        if (!isValid()) {
            return false;
        }
        int ops = readyOps(inner) & interest;
        ready = ops;
        return ops != 0;
    }

    @Override
    public String toString() {
        String state;
        try {
            state = ", interestOps=" + interestOps() + ", readyOps=" + readyOps();
        } catch (CancelledKeyException e) {
            state = ", invalid";
        }
        return "channel=" + channel + ", selector=" + selector + state;
    }
}
