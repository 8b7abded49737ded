package dev.bothways.disk;

import dev.bothways.disk.archive.TarArchive;
import dev.bothways.disk.archive.TarMember;
import dev.bothways.disk.archive.TarReader;
import dev.bothways.disk.archive.xva.XvaPacking;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/** What a tar archive holds: of an OVA, the manifest and the disks. One that is packed is gone through from end to end. */
final class TarListing {
    private static final Pattern MANIFEST_LINE = Pattern.compile("\\s*(SHA-?\\d+)\\s*\\(.*", Pattern.CASE_INSENSITIVE);
    private static final int START = 4096;

    private final SequencedMap<String, String> details = new LinkedHashMap<>();
    private final List<DiskArchive.Disk> disks = new ArrayList<>();
    private boolean envelope;

    private TarListing() {}

    /** What it holds; empty if it is no tar archive. */
    static Optional<DiskArchive> of(Path file) throws IOException {
        TarListing listing = new TarListing();
        XvaPacking packing = XvaPacking.of(file);
        if (packing == XvaPacking.PLAIN) {
            try (HostFile opened = HostFile.open(file)) {
                if (!TarArchive.isArchive(opened)) {
                    return Optional.empty();
                }
            }
            listing.addAll(TarArchive.read(file));
            return Optional.of(listing.archive(packing));
        }
        try (InputStream in = packing.open(file);
                TarReader reader = TarReader.over(in, file)) {
            return listing.addAll(reader) ? Optional.of(listing.archive(packing)) : Optional.empty();
        } catch (EOFException | ZipException | RuntimeException e) {
            DiskImageException damaged = new DiskImageException(
                    DiskImageException.Kind.MALFORMED,
                    file,
                    "it cannot be unpacked with " + packing.label() + " (" + e.getMessage()
                            + "); copy it again from where it came from");
            damaged.initCause(e);
            throw damaged;
        }
    }

    private static byte[] beginning(HostFile file) throws IOException {
        byte[] beginning = new byte[(int) Math.min(START, file.size())];
        file.read(0, ByteBuffer.wrap(beginning));
        return beginning;
    }

    private DiskArchive archive(XvaPacking packing) {
        return new DiskArchive(envelope ? "OVA" : "tar", DiskArchive.label(packing), details, disks);
    }

    /** Disks are opened where they lie. */
    private void addAll(TarArchive archive) throws IOException {
        for (TarMember member : archive.members()) {
            if (!archive.cut().equals(Optional.of(member))) {
                try (HostFile file = archive.open(member)) {
                    look(member, beginning(file));
                }
            }
        }
        for (Path path : DiskImages.inside(archive.path())) {
            String name = archive.path().relativize(path).toString().replace('\\', '/');
            try (DiskImage disk = DiskImages.open(path)) {
                ImageDescription description = disk.describe();
                String variant = description.variant().isEmpty() ? "" : ", " + description.variant();
                disks.add(new DiskArchive.Disk(
                        name, description.format().label() + variant, OptionalLong.of(description.size()), ""));
            } catch (InputException e) {
                throw e;
            } catch (IOException e) {
                // Why one cannot be opened is a thing to be told of it; the others are listed all the same.
                disks.add(new DiskArchive.Disk(name, "", OptionalLong.empty(), reason(path, e)));
            }
        }
    }

    /** Without the path, beside which it is told. */
    private static String reason(Path path, IOException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = path.toString();
        return message.startsWith(prefix) ? message.substring(prefix.length()).replaceFirst("^[:,] ", "") : message;
    }

    /** Only the members' beginnings are seen, in which most formats have no size. */
    private boolean addAll(TarReader reader) throws IOException {
        Optional<TarMember> next;
        try {
            next = reader.next();
        } catch (DiskImageException noArchive) {
            return false;
        }
        boolean some = next.isPresent();
        for (; next.isPresent(); next = reader.next()) {
            ByteBuffer start = ByteBuffer.allocate(START);
            while (start.hasRemaining() && reader.read(start) >= 0) {
                // Reads on.
            }
            byte[] beginning = new byte[start.position()];
            start.get(0, beginning);
            look(next.get(), beginning);
            DiskFormat format = DiskFormat.shownBy(FileSignature.ofBeginning(beginning));
            if (format != DiskFormat.RAW || DiskImages.isNamedAsDisk(next.get().leaf())) {
                disks.add(new DiskArchive.Disk(
                        next.get().name(),
                        format.label(),
                        format == DiskFormat.RAW ? OptionalLong.of(next.get().size()) : OptionalLong.empty(),
                        ""));
            }
        }
        return some;
    }

    private void look(TarMember member, byte[] beginning) {
        String leaf = member.leaf().toLowerCase(Locale.ROOT);
        if (leaf.endsWith(".ovf")) {
            envelope = true;
            details.put("envelope", member.name());
        } else if (leaf.endsWith(".mf")) {
            details.put("manifest", member.name() + algorithm(beginning));
        } else if (leaf.endsWith(".cert")) {
            details.put("certificate", member.name());
        }
    }

    private static String algorithm(byte[] manifest) {
        return new String(manifest, StandardCharsets.ISO_8859_1)
                .lines()
                .map(MANIFEST_LINE::matcher)
                .filter(Matcher::matches)
                .findFirst()
                .map(line -> ", " + line.group(1).toUpperCase(Locale.ROOT))
                .orElse("");
    }
}
