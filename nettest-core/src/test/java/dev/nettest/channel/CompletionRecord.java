package dev.nettest.channel;

import java.nio.channels.CompletionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A handler that keeps the result of one operation, and the thread that delivered it. */
final class CompletionRecord<V> implements CompletionHandler<V, Object> {

    private final CompletableFuture<V> result = new CompletableFuture<>();
    private volatile Thread thread;

    @Override
    public void completed(V value, Object attachment) {
        thread = Thread.currentThread();
        result.complete(value);
    }

    @Override
    public void failed(Throwable failure, Object attachment) {
        thread = Thread.currentThread();
        result.completeExceptionally(failure);
    }

    boolean isDone() {
        return result.isDone();
    }

    V get() throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    /** The failure of the operation. */
    Throwable failure() throws Exception {
        try {
            throw new AssertionError("completed with " + get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    /** The thread that ran this handler. */
    Thread thread() throws Exception {
        result.handle((value, failure) -> null).get(20, TimeUnit.SECONDS);
        return thread;
    }
}
