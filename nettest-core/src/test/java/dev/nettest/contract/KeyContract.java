package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** Selection keys. */
abstract class KeyContract extends ChannelApiContract {

    @Test
    void aKeyKnowsItsChannelAndSelector() throws IOException {
        Selector selector = selector();
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = channel.register(selector, R, "attachment");
        assertThat(key.channel()).isSameAs(channel);
        assertThat(key.selector()).isSameAs(selector);
        assertThat(key.isValid()).isTrue();
        assertThat(key.readyOps()).isZero();
        assertThat(key.attachment()).isEqualTo("attachment");
        assertThat(key.attach(null)).isEqualTo("attachment");
        assertThat(key.attachment()).isNull();
    }

    @Test
    void anInterestSetIsSetAndCombined() throws IOException {
        SelectionKey key = registered(stream(), selector(), R);
        assertThat(key.interestOps(W)).isSameAs(key);
        assertThat(key.interestOpsOr(C)).isEqualTo(W);
        assertThat(key.interestOps()).isEqualTo(W | C);
        assertThat(key.interestOpsAnd(~W)).isEqualTo(W | C);
        assertThat(key.interestOps()).isEqualTo(C);
        assertThatThrownBy(() -> key.interestOpsOr(A)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCancelledKeyRefusesItsSets() throws IOException {
        SelectionKey key = registered(stream(), selector(), R);
        key.attach("attachment");
        key.cancel();
        key.cancel();
        assertThat(key.isValid()).isFalse();
        assertThatThrownBy(key::interestOps).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(() -> key.interestOps(R)).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(() -> key.interestOpsOr(R)).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(() -> key.interestOpsAnd(R)).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(key::readyOps).isInstanceOf(CancelledKeyException.class);
        assertThatThrownBy(key::isReadable).isInstanceOf(CancelledKeyException.class);
        assertThat(key.attachment()).isEqualTo("attachment");
        assertThat(key.channel().isOpen()).isTrue();
        assertThat(key.selector().isOpen()).isTrue();
    }

    @Test
    void aCancelledKeyIsRegisteredUntilTheNextSelect() throws IOException {
        Selector selector = selector();
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = channel.register(selector, 0);
        key.cancel();
        assertThat(channel.isRegistered()).isTrue();
        assertThat(channel.keyFor(selector)).isSameAs(key);
        assertThatThrownBy(() -> channel.register(selector, 0)).isInstanceOf(CancelledKeyException.class);
        selector.selectNow();
        assertThat(channel.isRegistered()).isFalse();
        assertThat(channel.keyFor(selector)).isNull();
    }

    @Test
    void aClosedSelectorOrChannelTakesNoRegistration() throws IOException {
        Selector closed = selector();
        closed.close();
        SocketChannel channel = nonBlocking(stream());
        assertThatThrownBy(() -> channel.register(closed, 0)).isInstanceOf(ClosedSelectorException.class);
        assertThat(channel.isRegistered()).isFalse();
        assertThatThrownBy(() -> channel.register(null, 0)).isInstanceOf(NullPointerException.class);
        channel.close();
        assertThatThrownBy(() -> channel.register(selector(), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.register(closed, 0)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aClosedSelectorLeavesItsChannelsOpen() throws IOException {
        Selector selector = selector();
        SocketChannel channel = nonBlocking(stream());
        SelectionKey key = channel.register(selector, 0);
        selector.close();
        assertThat(key.isValid()).isFalse();
        assertThat(channel.isRegistered()).isFalse();
        assertThat(channel.keyFor(selector)).isNull();
        assertThat(channel.isOpen()).isTrue();
    }
}
