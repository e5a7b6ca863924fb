package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sets of a selector: keys, selected keys and cancelled keys. */
abstract class SelectorContract extends ChannelApiContract {

    @Test
    void isOpenUntilItIsClosed() throws IOException {
        Selector selector = selector();
        assertThat(selector.isOpen()).isTrue();
        assertThat(selector.provider()).isSameAs(provider());
        selector.close();
        selector.close();
        assertThat(selector.isOpen()).isFalse();
    }

    @Test
    void aClosedSelectorRefusesAllButWakeup() throws IOException {
        Selector selector = selector();
        SocketChannel channel = nonBlocking(stream());
        selector.close();
        assertThat(selector.wakeup()).isSameAs(selector);
        assertThatThrownBy(selector::keys).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(selector::selectedKeys).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(selector::select).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> selector.select(1)).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(selector::selectNow).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> selector.selectNow(key -> {})).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> channel.register(selector, R)).isInstanceOf(ClosedSelectorException.class);
        assertThat(channel.isRegistered()).isFalse();
    }

    @Test
    void anEmptySelectorSelectsNothing() throws IOException {
        Selector selector = selector();
        assertThat(selector.keys()).isEmpty();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.select(1)).isZero();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void argumentsAreChecked() throws IOException {
        Selector selector = selector();
        assertThatThrownBy(() -> selector.select(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Negative timeout");
        assertThatThrownBy(() -> selector.select(key -> {}, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Negative timeout");
        assertThatThrownBy(() -> selector.select(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> selector.selectNow(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void keysCannotBeChanged() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(stream(), selector, 0);
        Set<SelectionKey> keys = selector.keys();
        assertThat(keys).containsExactly(key);
        assertThat(selector.keys()).isSameAs(keys);
        assertThatThrownBy(() -> keys.add(key)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> keys.remove(key)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(keys::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> {
                    var each = keys.iterator();
                    each.next();
                    each.remove();
                })
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void selectedKeysCanOnlyBeRemoved() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, W);
        assertThatThrownBy(() -> selector.selectedKeys().add(key)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> selector.selectedKeys().addAll(List.of(key)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(selector.selectNow()).isEqualTo(1);
        assertThat(selector.selectedKeys()).containsExactly(key);
        assertThat(selector.selectedKeys().remove(key)).isTrue();
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(selector.selectNow()).isEqualTo(1);
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isEqualTo(1);
        var each = selector.selectedKeys().iterator();
        each.next();
        each.remove();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void aReadyKeyCountsAgainOnlyIfItsReadySetChanges() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        SelectionKey key = registered(ends.client(), selector, R | W);
        assertThat(ready(key)).isEqualTo(W);
        assertThat(selector.selectNow()).isZero();
        ends.server().write(bytes("x"));
        assertThat(selector.select(key1 -> {}))
                .as("all ready keys reach a consumer")
                .isEqualTo(1);
        PollingWait.until(() -> selectsOneNow(selector) || key.isReadable(), () -> "a readable key");
        assertThat(key.readyOps()).isEqualTo(R | W);
        assertThat(selector.selectNow()).isZero();
    }

    private static boolean selectsOneNow(Selector selector) {
        return Outcome.of(selector::selectNow).equals("1");
    }

    @Test
    void aReadySetOfASelectedKeyOnlyGrows() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R | W);
        assertThat(ready(key)).isEqualTo(W);
        key.interestOps(R);
        assertThat(key.readyOps()).isEqualTo(W);
        assertThat(selector.selectNow()).isZero();
        assertThat(key.readyOps()).as("selected before").isEqualTo(W);
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void aCancelledKeyStaysUntilTheNextSelect() throws IOException {
        Selector selector = selector();
        SocketChannel channel = connected().client();
        SelectionKey key = registered(channel, selector, W);
        assertThat(selector.selectNow()).isEqualTo(1);
        key.cancel();
        assertThat(key.isValid()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(selector.selectedKeys()).containsExactly(key);
        assertThat(channel.isRegistered()).isTrue();
        assertThat(channel.keyFor(selector)).isSameAs(key);
        assertThatThrownBy(() -> channel.register(selector, R)).isInstanceOf(CancelledKeyException.class);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(channel.isRegistered()).isFalse();
        assertThat(channel.keyFor(selector)).isNull();
        SelectionKey next = channel.register(selector, W);
        assertThat(next).isNotSameAs(key);
        assertThat(selector.selectNow()).isEqualTo(1);
    }

    @Test
    void aSelectThatTimesOutRemovesCancelledKeys() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R);
        key.cancel();
        assertThat(selector.select(1)).isZero();
        assertThat(selector.keys()).isEmpty();
    }

    @Test
    void aClosedChannelLeavesAtTheNextSelect() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R);
        key.channel().close();
        assertThat(key.isValid()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
    }

    @Test
    void aClosedSelectorFreesItsChannels() throws IOException {
        Selector selector = selector();
        SocketChannel channel = connected().client();
        SelectionKey key = registered(channel, selector, R);
        selector.close();
        assertThat(key.isValid()).isFalse();
        assertThat(channel.isRegistered()).isFalse();
        assertThat(channel.keyFor(selector)).isNull();
        channel.configureBlocking(true);
        assertThat(channel.isBlocking()).isTrue();
    }

    @Test
    void aChannelHasAKeyForEachSelector() throws IOException {
        Selector one = selector();
        Selector other = selector();
        Ends ends = connected();
        SelectionKey key = registered(ends.client(), one, W);
        SelectionKey second = ends.client().register(other, R);
        assertThat(one.selectNow()).isEqualTo(1);
        assertThat(other.selectNow()).isZero();
        key.cancel();
        one.selectNow();
        assertThat(ends.client().isRegistered()).isTrue();
        assertThat(second.isValid()).isTrue();
        ends.client().close();
        assertThat(second.isValid()).isFalse();
    }

    @Test
    void aConsumerGetsTheReadyKeysInsteadOfTheSet() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, R | W);
        registered(connected().client(), selector, R);
        List<String> seen = new ArrayList<>();
        int count = selector.select(ready -> seen.add((ready == key) + " " + ready.readyOps()));
        assertThat(count).isEqualTo(1);
        assertThat(seen).containsExactly("true " + W);
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(selector.selectNow(ready -> {})).as("level-triggered").isEqualTo(1);
        assertThat(selector.select(ready -> {}, 1)).isEqualTo(1);
    }

    @Test
    void aConsumerGetsSelectedKeysToo() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, W);
        selector.selectNow();
        List<SelectionKey> seen = new ArrayList<>();
        assertThat(selector.selectNow(seen::add)).isEqualTo(1);
        assertThat(seen).containsExactly(key);
        assertThat(selector.selectedKeys()).containsExactly(key);
    }

    @Test
    void aConsumerMayCancelAndThrow() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, W);
        assertThatThrownBy(() -> selector.selectNow(ready -> {
                    ready.cancel();
                    throw new IllegalCallerException("mine");
                }))
                .isInstanceOf(IllegalCallerException.class)
                .hasMessage("mine");
        assertThat(key.isValid()).isFalse();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
    }

    @Test
    void aConsumerGetsEventsBeforeNewRegistrations() throws IOException {
        Selector selector = selector();
        Ends ends = connected();
        SelectionKey first = registered(ends.client(), selector, R);
        selector.selectNow();
        SelectionKey second = registered(stream(), selector, W); // hung up, but not before the select knows it
        ends.server().write(bytes("x"));
        PollingWait.until(
                () -> Outcome.of(() -> ends.client().socket().getInputStream().available())
                        .equals("1"),
                () -> "the byte");
        List<SelectionKey> order = new ArrayList<>();
        selector.selectNow(order::add);
        assertThat(order).containsExactly(first, second);
    }

    @Test
    void aConsumerCannotSelect() throws IOException {
        Selector selector = selector();
        registered(connected().client(), selector, W);
        List<String> outcomes = new ArrayList<>();
        selector.selectNow(ready -> {
            outcomes.add(Outcome.of(selector::selectNow));
            outcomes.add(Outcome.of(() -> selector.selectNow(key -> {})));
        });
        assertThat(outcomes)
                .containsExactly(
                        "java.lang.IllegalStateException: select in progress",
                        "java.lang.IllegalStateException: select in progress");
    }

    @Test
    void aConsumerMayCloseTheSelector() throws IOException {
        Selector selector = selector();
        registered(connected().client(), selector, W);
        String outcome = Outcome.of(() -> selector.selectNow(ready -> Outcome.done(selector::close)));
        assertThat(outcome).isEqualTo("java.nio.channels.ClosedSelectorException");
        assertThat(selector.isOpen()).isFalse();
    }

    @Test
    void aWakeupCountsOnce() throws IOException {
        Selector selector = selector();
        selector.wakeup();
        assertThat(selector.wakeup()).isSameAs(selector);
        assertThat(selector.select()).isZero();
        Task next = blocked("select", selector::select);
        selector.wakeup();
        assertThat(next.outcome()).isEqualTo("0");
    }

    @Test
    void aSelectNowTakesAWakeup() throws IOException {
        Selector selector = selector();
        selector.wakeup();
        assertThat(selector.selectNow()).isZero();
        Task next = blocked("select", selector::select);
        selector.wakeup();
        assertThat(next.outcome()).isEqualTo("0");
    }

    @Test
    void aWakeupLeavesReadyKeys() throws IOException {
        Selector selector = selector();
        registered(connected().client(), selector, W);
        selector.wakeup();
        assertThat(selector.select()).isEqualTo(1);
    }

    @Test
    void aConsumerMayRegisterChannels() throws IOException {
        Selector selector = selector();
        Ends ends = connectedWithoutBlocking();
        nonBlocking(ends.server());
        registered(ends.client(), selector, W);
        int selected = selector.selectNow(key -> Outcome.of(() -> ends.server().register(selector, W)));
        assertThat(selected).isEqualTo(1);
        assertThat(selector.keys()).hasSize(2);
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(selector.selectNow(key -> {})).isEqualTo(2);
    }

    @Test
    void aConsumerMayCloseItsChannel() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, W);
        assertThat(selector.selectNow(ready -> Outcome.of(() -> {
                    ready.channel().close();
                    return 0;
                })))
                .isEqualTo(1);
        assertThat(key.isValid()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
    }

    @Test
    void anInterruptedThreadRunsTheConsumer() throws IOException {
        Selector selector = selector();
        SelectionKey key = registered(connected().client(), selector, W);
        Thread.currentThread().interrupt();
        List<SelectionKey> seen = new ArrayList<>();
        int selected = selector.select(seen::add);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(selected).isEqualTo(1);
        assertThat(seen).containsExactly(key);
        assertThat(selector.isOpen()).isTrue();
    }
}
