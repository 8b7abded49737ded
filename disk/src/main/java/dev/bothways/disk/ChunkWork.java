package dev.bothways.disk;

import dev.bothways.disk.DataChunks.Chunk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several threads going through the pieces of a disk. Each takes the next piece, does the work that can be done side by side,
 * and has its turn, in the order of the pieces, for what cannot.
 */
final class ChunkWork {
    private final DataChunks chunks;
    private final Turns turns = new Turns();
    private final Object state = new Object();
    private boolean stopped;
    private @Nullable Throwable failure;

    private ChunkWork(DataChunks chunks) {
        this.chunks = chunks;
    }

    /** What one thread does with its pieces. It keeps its own buffers. */
    interface Worker {
        /** Works on one piece. What must happen in order it does by calling {@link Turn#take} at most once. */
        void work(Chunk chunk, Turn turn) throws IOException;
    }

    /** Makes the worker of one thread. */
    interface Workers {
        Worker make();
    }

    /** The turn of one piece. */
    interface Turn {
        /** Runs {@code action} after that of all earlier pieces and before that of all later ones. */
        void take(Action action) throws IOException;

        /** Does nothing for so many nanoseconds, or until the work is stopped; at once where there are none. */
        void pause(long nanos);
    }

    /** What is done in order. */
    interface Action {
        void run() throws IOException;
    }

    /** Another thread failed, or the caller was interrupted. Only the threads of this class see it. */
    private static final class StoppedException extends IOException {}

    /** How many threads are worth having for disk work on this machine. */
    static int usualThreads() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    }

    /**
     * Goes through all pieces.
     *
     * @throws InterruptedIOException where the calling thread was interrupted; the threads have ended then
     */
    static void run(DataChunks chunks, int threads, Workers workers) throws IOException {
        new ChunkWork(chunks).run(threads, workers);
    }

    private void run(int threads, Workers workers) throws IOException {
        List<Thread> crew = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Worker worker = workers.make();
            crew.add(Thread.ofPlatform().name("disk-" + i).daemon().start(() -> loop(worker)));
        }
        boolean interrupted = false;
        for (Thread thread : crew) {
            interrupted |= join(thread);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(failure());
        if (interrupted && isStopped()) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** No switch over the types: the first one of a JVM takes longer than copying a small disk. */
    private static void rethrow(@Nullable Throwable cause) throws IOException {
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        if (cause != null) {
            throw new AssertionError(cause);
        }
    }

    /** Waits for a thread to end, whatever happens; an interruption tells all threads to end. */
    private boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
                stop(null);
            }
        }
    }

    private void loop(Worker worker) {
        try {
            for (Chunk chunk = take(); chunk.length() > 0; chunk = take()) {
                OneTurn turn = new OneTurn(chunk.ticket());
                worker.work(chunk, turn);
                if (!turn.taken) {
                    turn.take(() -> {});
                }
            }
        } catch (StoppedException e) {
            // Whoever stopped us has told why.
        } catch (Throwable e) {
            stop(e);
        }
    }

    private final class OneTurn implements Turn {
        private final long ticket;
        private boolean taken;

        OneTurn(long ticket) {
            this.ticket = ticket;
        }

        @Override
        public void take(Action action) throws IOException {
            taken = true;
            if (!turns.await(ticket)) {
                throw new StoppedException();
            }
            action.run();
            turns.pass(ticket);
        }

        @Override
        public void pause(long nanos) {
            turns.pause(nanos);
        }
    }

    private Chunk take() throws IOException {
        synchronized (state) {
            if (stopped) {
                throw new StoppedException();
            }
            return chunks.next();
        }
    }

    private void stop(@Nullable Throwable cause) {
        synchronized (state) {
            stopped = true;
            if (failure == null) {
                failure = cause;
            }
        }
        turns.stop();
    }

    private boolean isStopped() {
        synchronized (state) {
            return stopped;
        }
    }

    private @Nullable Throwable failure() {
        synchronized (state) {
            return failure;
        }
    }
}
