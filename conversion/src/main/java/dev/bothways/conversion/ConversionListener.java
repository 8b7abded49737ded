package dev.bothways.conversion;

/** Is told how a conversion goes, by one thread at a time. It must be quick. */
public interface ConversionListener {

    /** A new step begins: {@code copying disk 1 of 2}. */
    void step(String what);

    /**
     * How far the step has come.
     *
     * @param done bytes done
     * @param total bytes in all
     */
    void progress(long done, long total);

    /** Hears nothing. */
    static ConversionListener none() {
        return new ConversionListener() {
            @Override
            public void step(String what) {}

            @Override
            public void progress(long done, long total) {}
        };
    }
}
