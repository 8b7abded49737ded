package dev.bothways.cli;

import dev.bothways.disk.DiskFormat;
import java.util.Arrays;
import java.util.Iterator;

/** The formats that can be asked for as a target, by the names that picocli has for them: those that are read only are left out. */
final class WrittenFormats implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(DiskFormat.values())
                .filter(DiskFormat::isWritten)
                .map(DiskFormat::label)
                .iterator();
    }
}
