package dev.bothways.guest;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A value that is found when first asked for and then kept. A failure is not kept: the next caller tries again. */
final class Lazy<T> {
    private final Source<T> source;
    private volatile @Nullable T value;

    Lazy(Source<T> source) {
        this.source = source;
    }

    T value() throws IOException {
        T found = value;
        if (found != null) {
            return found;
        }
        synchronized (this) {
            found = value;
            if (found == null) {
                found = source.find();
                value = found;
            }
            return found;
        }
    }

    @FunctionalInterface
    interface Source<T> {
        T find() throws IOException;
    }
}
