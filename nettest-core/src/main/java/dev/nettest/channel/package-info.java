/**
 * Channels and selectors of {@code java.nio} on a network. {@link dev.nettest.channel.NetworkChannels} is the entry.
 *
 * <p>Code that takes a {@link java.nio.channels.spi.SelectorProvider}, such as Netty, runs on the network without a
 * change.
 */
@NullMarked
package dev.nettest.channel;

import org.jspecify.annotations.NullMarked;
