package dev.bothways.disk;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets threads that hold numbered tickets do something one after the other, in the order of the numbers. */
final class Turns {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long next;
    private boolean stopped;

    /** Waits until all lower tickets were passed; false if {@link #stop} came first. */
    boolean await(long ticket) {
        lock.lock();
        try {
            while (next != ticket && !stopped) {
                changed.awaitUninterruptibly();
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the next ticket go on. */
    void pass(long ticket) {
        lock.lock();
        try {
            next = ticket + 1;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for so long, or until {@link #stop}. */
    void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        lock.lock();
        try {
            for (long left = nanos; left > 0 && !stopped; left = end - System.nanoTime()) {
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
