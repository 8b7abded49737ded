package dev.bothways.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that must not outlive the program: a file or folder that is being written, a helper's process. While it is
 * registered, it is removed when the program is told to end (SIGINT, SIGTERM, {@link System#exit}); the one registered last goes
 * first.
 *
 * <p>Once the removal has begun, threads that register, complete or close something wait until the program has ended, so nothing
 * new appears behind it. On Windows, a file that is still open cannot be removed; it is named as left behind.
 */
public final class Unfinished implements Closeable {
    private static final Deque<Unfinished> REGISTERED = new ArrayDeque<>();
    private static final List<Consumer<Ending>> LISTENERS = new ArrayList<>();
    /** Held for a moment by whoever changes what is registered, and for ever by the removal. */
    private static final ReentrantLock GATE = new ReentrantLock();

    private static boolean hooked;

    private final Optional<Path> output;
    private final Step removal;

    /** Something to do that may fail. */
    @FunctionalInterface
    public interface Step {
        /** Does it. */
        void run() throws IOException;
    }

    /**
     * What the removal found.
     *
     * @param removed outputs that were not complete and are gone
     * @param left a sentence on each that could not be removed, or was written in place
     */
    public record Ending(List<Path> removed, List<String> left) {}

    private Unfinished(Optional<Path> output, Step removal) {
        this.output = output;
        this.removal = removal;
    }

    /** Registers an output that the user asked for, to be removed so. */
    public static Unfinished output(Path path, Step removal) {
        return register(new Unfinished(Optional.of(path), removal));
    }

    /** Registers something that the user knows nothing of: a temporary folder, a process. */
    public static Unfinished scratch(Step removal) {
        return register(new Unfinished(Optional.empty(), removal));
    }

    /** Registers a file that is written in place, so that its former content cannot come back. */
    public static Unfinished inPlace(Path path) {
        return register(new Unfinished(Optional.of(path), () -> {
            throw new IOException("is only partly written");
        }));
    }

    private static Unfinished register(Unfinished thing) {
        return gated(() -> {
            hook();
            REGISTERED.push(thing);
            return thing;
        });
    }

    /** Calls {@code listener} after the removal, when the program ends. */
    public static void whenEnding(Consumer<Ending> listener) {
        gated(() -> {
            hook();
            return LISTENERS.add(listener);
        });
    }

    /**
     * Does something that makes this complete, such as giving it its name, and forgets it. A removal happens before or after,
     * never between.
     */
    public void complete(Step step) throws IOException {
        whole(() -> {
            step.run();
            REGISTERED.remove(this);
        });
    }

    /** Does something that a removal must not find half done. */
    public static void whole(Step step) throws IOException {
        GATE.lock();
        try {
            step.run();
        } finally {
            GATE.unlock();
        }
    }

    /** Forgets it: it is complete, or was removed. */
    @Override
    public void close() {
        gated(() -> REGISTERED.remove(this));
    }

    private static <T> T gated(Supplier<T> change) {
        GATE.lock();
        try {
            return change.get();
        } finally {
            GATE.unlock();
        }
    }

    private static void hook() {
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime().addShutdownHook(new Thread(Unfinished::removeAll, "bothways-ending"));
        }
    }

    /** The lock is never given back: nothing more begins or ends in this process. */
    @SuppressWarnings("LockNotBeforeTry")
    private static void removeAll() {
        GATE.lock();
        List<Path> removed = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Unfinished thing : REGISTERED) {
            try {
                thing.removal.run();
                thing.output.ifPresent(removed::add);
            } catch (IOException e) {
                left.add(thing.output.map(path -> path + " ").orElse("") + e.getMessage());
            }
        }
        Ending ending = new Ending(List.copyOf(removed), List.copyOf(left));
        LISTENERS.forEach(listener -> listener.accept(ending));
    }
}
