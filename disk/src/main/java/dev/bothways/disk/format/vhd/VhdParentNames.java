package dev.bothways.disk.format.vhd;

import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.ParentPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of the parent in a new differencing disk: a locator for each, between table and blocks.
 *
 * @param path the names
 * @param start where the first one lies in the file, in bytes
 */
record VhdParentNames(ParentPath path, long start) {

    /** The locators: the relative path, and the absolute one where it is known. */
    List<VhdDynamicHeader.Locator> locators() {
        List<VhdDynamicHeader.Locator> locators = new ArrayList<>();
        long at = start;
        for (String name : names()) {
            int length = bytes(name).length;
            locators.add(new VhdDynamicHeader.Locator(locators.isEmpty() ? "W2ru" : "W2ku", space(length), length, at));
            at += space(length);
        }
        return List.copyOf(locators);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of(path.relative()));
        path.absolute().ifPresent(names::add);
        return names;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_16LE);
    }

    private static long space(int length) {
        return Math.ceilDiv(length, VhdFooter.SECTOR_BYTES) * (long) VhdFooter.SECTOR_BYTES;
    }

    /** Where the last one ends, in bytes. */
    long end() {
        VhdDynamicHeader.Locator last = locators().getLast();
        return last.offset() + last.space();
    }

    void write(HostFile file) throws IOException {
        List<String> names = names();
        for (int i = 0; i < names.size(); i++) {
            file.write(locators().get(i).offset(), ByteBuffer.wrap(bytes(names.get(i))));
        }
    }
}
