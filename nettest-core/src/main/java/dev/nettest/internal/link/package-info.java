/** Links between hosts, in the terms of netem: link lookup, routes, latency, rate and loss. Not exported. */
@NullMarked
package dev.nettest.internal.link;

import org.jspecify.annotations.NullMarked;
