package dev.bothways.cli;

import dev.bothways.conversion.ConversionListener;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Progress on stderr: a line that is written over on a terminal, a line a step elsewhere, records for programs, or nothing.
 */
final class Progress implements ConversionListener {
    /** How progress is shown. */
    enum Kind {
        AUTO,
        PLAIN,
        JSON,
        NONE
    }

    private static final long OFTEN_NANOS = 200_000_000;
    private static final long SELDOM_NANOS = 10_000_000_000L;
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final Kind kind;
    private String step = "";
    private long begun = System.nanoTime();
    private long told = begun;
    private boolean open;

    Progress(PrintWriter err, Kind asked) {
        this.err = err;
        this.kind = asked == Kind.AUTO && !isTerminal() ? Kind.PLAIN : asked;
    }

    @SuppressWarnings("SystemConsoleNull") // the method may return null by its contract, whatever the present JDK does
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** What clears a line that may be being written over. */
    static String eraser() {
        return isTerminal() ? ERASE : "";
    }

    @Override
    public void step(String what) {
        end();
        step = what;
        begun = System.nanoTime();
        told = begun;
        switch (kind) {
            case AUTO -> {
                err.print(step + " ...");
                err.flush();
                open = true;
            }
            case PLAIN -> line(step);
            case JSON -> line(Json.line(java.util.Map.of("step", step)));
            case NONE -> {
                // Asked for silence.
            }
        }
    }

    @Override
    public void progress(long done, long total) {
        long now = System.nanoTime();
        if (kind == Kind.NONE || now - told < (kind == Kind.PLAIN ? SELDOM_NANOS : OFTEN_NANOS)) {
            return;
        }
        told = now;
        double share = total == 0 ? 1 : (double) done / total;
        double seconds = (now - begun) / 1e9;
        String text = String.format(
                Locale.ROOT,
                "%s%.0f %%, %s/s, %.0f s left",
                step.isEmpty() ? "" : step + ": ",
                share * 100,
                ByteSize.text((long) (done / seconds)),
                share == 0 ? 0 : seconds / share - seconds);
        switch (kind) {
            case AUTO -> {
                err.print(ERASE + text);
                err.flush();
                open = true;
            }
            case PLAIN -> line(text);
            case JSON -> line(Json.line(java.util.Map.of("step", step, "done", done, "total", total)));
            case NONE -> {
                // Asked for silence.
            }
        }
    }

    /** Clears the line that was being written over. */
    void end() {
        if (open) {
            err.print(ERASE);
            err.flush();
            open = false;
        }
    }

    private void line(String text) {
        err.println(text);
        err.flush();
    }
}
