package dev.bothways.disk.format.parallels;

import dev.bothways.disk.DiskImageException;
import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.format.xml.XmlElement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/**
 * What a {@code DiskDescriptor.xml} says, judged (qemu's {@code docs/interop/prl-xml.rst}). GUIDs are in lower case.
 *
 * @param sectors what the guest sees, in sectors of 512 bytes
 * @param sectorBytes the sectors that the guest was promised
 * @param storages in order, each from the end of the one before it
 * @param shots the parent of each snapshot; the current state is one of them
 * @param names of snapshots, where the descriptor has some
 * @param top the GUID of the current state
 */
record ParallelsDescriptor(
        Path path,
        String id,
        long sectors,
        int sectorBytes,
        List<Storage> storages,
        Map<String, String> shots,
        Map<String, String> names,
        String top) {

    /** The name of the file. */
    static final String FILE_NAME = "DiskDescriptor.xml";

    static final String NONE = "{00000000-0000-0000-0000-000000000000}";
    private static final String USUAL_TOP = "{5fbaabe3-6958-40ff-92a7-860e329aab41}";
    private static final String ROOT = "Parallels_disk_image";
    private static final int LONGEST = 1 << 20;
    private static final XmlElement.Bounds BOUNDS = new XmlElement.Bounds(16, 50_000, false);
    private static final int START = 4096;
    private static final int MOST_STORAGES = 256;
    private static final int LONGEST_CHAIN = 64;
    private static final long MOST_SECTORS = Long.MAX_VALUE / ParallelsHeader.SECTOR_BYTES;

    /** A part of the disk, from sector {@code start} to sector {@code end}, exclusive, and the images that hold it. */
    record Storage(long start, long end, List<Image> images) {
        long bytes() {
            return (end - start) * ParallelsHeader.SECTOR_BYTES;
        }
    }

    /** A file with the changes of one snapshot; {@code plain} where it is the bytes of the disk and nothing else. */
    record Image(String id, boolean plain, String file) {}

    /** Whether a file begins like a descriptor. */
    static boolean looksLikeOne(HostFile file) throws IOException {
        byte[] start = new byte[(int) Math.min(START, file.size())];
        file.read(0, ByteBuffer.wrap(start));
        return new String(start, StandardCharsets.ISO_8859_1).contains("<" + ROOT);
    }

    /** Reads and judges a descriptor. */
    static ParallelsDescriptor read(HostFile file) throws IOException {
        if (file.size() > LONGEST) {
            throw new DiskImageException(
                    Kind.UNSAFE,
                    file.path(),
                    "it has " + file.size() + " bytes, more than the 1 MiB that a descriptor may have");
        }
        byte[] bytes = new byte[(int) file.size()];
        file.read(0, ByteBuffer.wrap(bytes));
        XmlElement root;
        try {
            root = XmlElement.parse(new ByteArrayInputStream(bytes), BOUNDS);
        } catch (XMLStreamException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new DiskImageException(Kind.MALFORMED, file.path(), "it is no sound XML: " + message);
        }
        return new Judge(file.path(), root).descriptor();
    }

    /** The GUIDs from a state down to the first one. */
    List<String> chain(String from) throws DiskImageException {
        List<String> chain = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String at = from; !at.equals(NONE); at = shots.getOrDefault(at, NONE)) {
            if (!seen.add(at)) {
                throw new DiskImageException(Kind.UNSAFE, path, "the chain of snapshots comes back to " + at);
            }
            if (seen.size() > LONGEST_CHAIN) {
                throw new DiskImageException(
                        Kind.UNSAFE, path, "the chain of snapshots is longer than " + LONGEST_CHAIN + " images");
            }
            if (!shots.containsKey(at)) {
                throw new DiskImageException(
                        Kind.MALFORMED, path, "there is no snapshot " + at + ", which another names");
            }
            chain.add(at);
        }
        return List.copyOf(chain);
    }

    /** Takes a document apart. */
    private record Judge(Path path, XmlElement root) {

        ParallelsDescriptor descriptor() throws DiskImageException {
            if (!root.name().equals(ROOT)) {
                throw malformed("it describes no Parallels disk, but a " + root.name());
            }
            String version = root.attributes().getOrDefault("Version", "1.0");
            if (!version.equals("1.0")) {
                throw unsupported("its version is '" + version + "'; only 1.0 is known");
            }
            XmlElement parameters = root.first("Disk_Parameters").orElse(root);
            refuseWhatIsNotRead(parameters);
            long sectors = number(parameters, "Disk_size");
            List<Storage> storages = storages(sectors);
            Map<String, String> shots = new LinkedHashMap<>();
            Map<String, String> names = new LinkedHashMap<>();
            String top = snapshots(storages, shots, names);
            return new ParallelsDescriptor(
                    path,
                    parameters.textOf("UID"),
                    sectors,
                    sectorBytes(parameters),
                    storages,
                    Map.copyOf(shots),
                    Map.copyOf(names),
                    top);
        }

        private void refuseWhatIsNotRead(XmlElement parameters) throws DiskImageException {
            String padding = parameters.textOf("Padding");
            if (!padding.isEmpty() && !padding.equals("0")) {
                throw unsupported("it has a padding of '" + padding + "', whose meaning nobody has published");
            }
            String engine = parameters
                    .first("Encryption")
                    .map(encryption -> guid(encryption.textOf("Engine")))
                    .orElse("");
            if (!engine.isEmpty() && !engine.equals(NONE)) {
                throw unsupported("it is encrypted; decrypt it with Parallels first");
            }
        }

        private int sectorBytes(XmlElement parameters) throws DiskImageException {
            String text = parameters.textOf("LogicSectorSize");
            return switch (text) {
                case "", "512" -> 512;
                case "4096" -> 4096;
                default -> throw unsupported("it has sectors of " + text + " bytes; only 512 and 4096 are known");
            };
        }

        private List<Storage> storages(long sectors) throws DiskImageException {
            List<Storage> storages = new ArrayList<>();
            for (XmlElement data : root.all("StorageData")) {
                for (XmlElement storage : data.all("Storage")) {
                    storages.add(storage(storage));
                }
            }
            if (storages.isEmpty() || storages.size() > MOST_STORAGES) {
                throw malformed("it has " + storages.size() + " storages, not 1 to " + MOST_STORAGES);
            }
            storages.sort(Comparator.comparingLong(Storage::start));
            long at = 0;
            for (Storage storage : storages) {
                if (storage.start() != at || storage.end() <= at) {
                    throw malformed("a storage begins at sector %d and ends at %d, where one should begin at %d"
                            .formatted(storage.start(), storage.end(), at));
                }
                at = storage.end();
            }
            if (at != sectors) {
                throw malformed("its storages end at sector %d, but the disk has %d".formatted(at, sectors));
            }
            return List.copyOf(storages);
        }

        private Storage storage(XmlElement storage) throws DiskImageException {
            List<Image> images = new ArrayList<>();
            for (XmlElement image : storage.all("Image")) {
                String type = image.textOf("Type");
                boolean plain = type.equals("Plain");
                if (!plain && !type.equals("Compressed")) {
                    throw unsupported("an image is of type '" + type + "'; only Plain and Compressed are known");
                }
                images.add(new Image(guid(image.textOf("GUID")), plain, image.textOf("File")));
            }
            return new Storage(number(storage, "Start"), number(storage, "End"), List.copyOf(images));
        }

        /** Fills the maps, and gives the GUID of the current state. */
        private String snapshots(List<Storage> storages, Map<String, String> shots, Map<String, String> names)
                throws DiskImageException {
            XmlElement snapshots = root.first("Snapshots").orElse(new XmlElement("", Map.of(), "", List.of()));
            for (XmlElement shot : snapshots.all("Shot")) {
                String id = guid(shot.textOf("GUID"));
                String parent = guid(shot.textOf("ParentGUID"));
                if (shots.put(id, parent.isEmpty() ? NONE : parent) != null) {
                    throw malformed("the snapshot " + id + " is there twice");
                }
                if (!shot.textOf("Name").isEmpty()) {
                    names.put(id, shot.textOf("Name"));
                }
            }
            List<Image> images = storages.getFirst().images();
            if (shots.isEmpty() && images.size() == 1) {
                shots.put(images.getFirst().id(), NONE);
            }
            String named = guid(snapshots.textOf("TopGUID"));
            String top = !named.isEmpty()
                    ? named
                    : shots.size() == 1 ? shots.keySet().iterator().next() : USUAL_TOP;
            if (!shots.containsKey(top)) {
                throw malformed("there is no snapshot " + top + ", which should be the current state");
            }
            return top;
        }

        private static String guid(String text) {
            return text.toLowerCase(Locale.ROOT);
        }

        private long number(XmlElement in, String name) throws DiskImageException {
            String text = in.textOf(name);
            try {
                long number = Long.parseLong(text);
                if (number >= 0 && number <= MOST_SECTORS) {
                    return number;
                }
            } catch (NumberFormatException notOne) {
                // Told below.
            }
            throw malformed(name + " is '" + text + "', which is no number of sectors");
        }

        private DiskImageException malformed(String message) {
            return new DiskImageException(Kind.MALFORMED, path, message);
        }

        private DiskImageException unsupported(String message) {
            return new DiskImageException(Kind.UNSUPPORTED, path, message);
        }
    }
}
