package dev.bothways.disk.format.vhd;

import dev.bothways.disk.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The parent that a differencing disk asks for.
 *
 * @param id its unique id, which must agree
 * @param names the names it had, the likeliest first
 */
record VhdParent(UUID id, List<String> names) {
    private static final long LONGEST_NAME = 64 << 10;

    static VhdParent of(HostFile child, VhdStructure structure) throws IOException {
        VhdDynamicHeader header = structure.header().orElseThrow();
        List<String> relative = new ArrayList<>();
        List<String> absolute = new ArrayList<>();
        for (VhdDynamicHeader.Locator locator : header.locators()) {
            // A locator that leads out of the file is passed over: the others and the id still decide.
            if (locator.length() <= LONGEST_NAME
                    && locator.offset() >= 0
                    && locator.offset() <= structure.fileLength() - locator.length()) {
                switch (locator.platform()) {
                    case "W2ru", "Wi2r" -> relative.add(name(child, locator));
                    case "W2ku", "Wi2k", "MacX" -> absolute.add(name(child, locator));
                    default -> {} // Mac OS aliases and the like, which no other system can resolve.
                }
            }
        }
        relative.addAll(absolute);
        relative.add(header.parentName());
        relative.removeIf(String::isBlank);
        return new VhdParent(header.parentId(), List.copyOf(relative));
    }

    private static String name(HostFile child, VhdDynamicHeader.Locator locator) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) locator.length());
        child.read(locator.offset(), bytes);
        var charset = locator.platform().startsWith("W2") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
        return VhdDynamicHeader.untilNul(new String(bytes.array(), charset));
    }
}
