package dev.bothways.disk.format.vhd;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.mapped.SecondaryFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    /** A disk that may be it, opened. */
    record Found(HostFile file, VhdStructure structure) {}

    /** Opens it; {@code chain} are the disks opened so far, which it must not be one of. */
    Found find(Path child, SecondaryFiles secondary, List<Path> chain) throws IOException {
        List<Path> candidates = secondary.candidates(child, names);
        if (candidates.isEmpty()) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    child,
                    "it differs from a parent named %s, of which there is none in %s; put it there"
                            .formatted(namesInWords(), secondary.allowed()));
        }
        List<String> others = new ArrayList<>();
        for (Path candidate : candidates) {
            if (chain.contains(candidate)) {
                throw new DiskImageException(Kind.UNSAFE, child, "the chain of parents comes back to " + candidate);
            }
            Found found = open(candidate);
            UUID other = found.structure().footer().uniqueId();
            if (other.equals(id)) {
                return found;
            }
            found.file().close();
            others.add(candidate + " is the disk with id " + other);
        }
        throw new DiskImageException(
                Kind.MALFORMED,
                child,
                "it differs from the disk with id %s, but %s; put the right parent there"
                        .formatted(id, String.join(" and ", others)));
    }

    private static Found open(Path candidate) throws IOException {
        HostFile file = HostFile.open(candidate);
        try {
            return new Found(file, VhdStructure.read(file));
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private String namesInWords() {
        return names.isEmpty() ? "nowhere" : "'" + SecondaryFiles.lastPart(names.getFirst()) + "'";
    }
}
