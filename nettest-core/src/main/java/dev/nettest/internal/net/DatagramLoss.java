package dev.nettest.internal.net;

import java.net.SocketAddress;

/** Why a datagram does not arrive. */
enum DatagramLoss {
    NO_ENDPOINT("no endpoint, dropped"),
    BUFFER_FULL("the receive buffer is full, dropped"),
    LINK("lost on the link"),
    PARTITION("the link is cut, dropped"),
    TOO_LONG("too long for the link, dropped"),
    FAULT("dropped by a fault");

    private final String text;

    DatagramLoss(String text) {
        this.text = text;
    }

    /** The loss of one datagram, as the detail of an event. */
    record Lost(SocketAddress target, DatagramLoss loss) {

        @Override
        public String toString() {
            return loss.text;
        }
    }
}
