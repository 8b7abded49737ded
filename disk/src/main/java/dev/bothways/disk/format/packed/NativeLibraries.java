package dev.bothways.disk.format.packed;

/** Whether native libraries may be used at all. */
final class NativeLibraries {
    private NativeLibraries() {}

    static boolean wanted() {
        return !"off".equals(System.getProperty("bothways.native"));
    }
}
