package dev.nettest.samples.okhttp;

import java.io.Closeable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/** Receives messages from a WebSocket and reopens it after a failure. The pause doubles from a second to a minute. */
public final class Feed extends WebSocketListener implements Closeable {

    private static final int LONGEST_PAUSE = 60;

    private final OkHttpClient client;
    private final Request request;
    private final ScheduledExecutorService timers;
    private final Consumer<String> messages;
    private int pause = 1;
    private boolean closed;
    private WebSocket current;

    public Feed(OkHttpClient client, Request request, ScheduledExecutorService timers, Consumer<String> messages) {
        this.client = client;
        this.request = request;
        this.timers = timers;
        this.messages = messages;
    }

    /** Opens the WebSocket, and reopens it after each failure until {@link #close}. */
    public synchronized void open() {
        if (!closed) {
            current = client.newWebSocket(request, this);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public synchronized void onOpen(WebSocket socket, Response response) {
        pause = 1;
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
        messages.accept(text);
    }

    @Override
    public synchronized void onFailure(WebSocket socket, Throwable failure, Response response) {
        if (!closed) {
            timers.schedule(this::open, pause, TimeUnit.SECONDS);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }
}
