package dev.nettest.jvm.internal.async;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A future whose result is made from that of another, once. */
final class MappedFuture<S, T> implements Future<T> {

    private final Future<S> source;
    private final Function<? super S, ? extends T> mapping;

    /** Guarded by this object. */
    private @Nullable T mapped;

    MappedFuture(Future<S> source, Function<? super S, ? extends T> mapping) {
        this.source = source;
        this.mapping = mapping;
    }

    private synchronized T mapped(S result) {
        T known = mapped;
        if (known == null) {
            known = mapping.apply(result);
            mapped = known;
        }
        return known;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return mapped(source.get());
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return mapped(source.get(timeout, unit));
    }

    @Override
    public boolean cancel(boolean interrupts) {
        return source.cancel(interrupts);
    }

    @Override
    public boolean isCancelled() {
        return source.isCancelled();
    }

    @Override
    public boolean isDone() {
        return source.isDone();
    }
}
