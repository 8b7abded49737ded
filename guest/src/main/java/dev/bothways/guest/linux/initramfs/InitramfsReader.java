package dev.bothways.guest.linux.initramfs;

import dev.bothways.guest.InitramfsFact;
import dev.bothways.guest.InitramfsFact.Archive;
import dev.bothways.guest.KernelModules;
import dev.bothways.guest.linux.compression.Compression;
import dev.bothways.guest.linux.compression.CountedInput;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads an initramfs as the kernel does: cpio archives one after the other, each plain or compressed, zeros between them. Content is
 * streamed past, so memory stays small whatever its size; how much is unpacked, and how many names, is bounded.
 */
public final class InitramfsReader {
    /** More than any real initramfs unpacks to: it would not fit into a small guest's memory. */
    private static final long MOST_UNPACKED = 2L << 30;

    /** So much is unpacked of any; beyond, not more than so many times what was read. Real ones unpack to three to eight times their size. */
    private static final long FREELY_UNPACKED = 32L << 20;

    private static final int MOST_TIMES = 32;
    private static final int MOST_ENTRIES = 500_000;
    private static final int MOST_ARCHIVES = 1_000;

    private final String release;
    private final long mostUnpacked;
    private final List<Archive> archives = new ArrayList<>();
    private final SortedMap<String, String> modules = new TreeMap<>();
    private final GeneratorClues clues = new GeneratorClues();
    private long unpacked;
    private int entries;
    private final InitramfsTree tree = new InitramfsTree();

    private InitramfsReader(String release, long mostUnpacked) {
        this.mostUnpacked = mostUnpacked;
        this.release = release;
    }

    /**
     * What the initramfs in {@code in} holds. Damage and excess are no errors: they stand in {@link InitramfsFact#problem}.
     *
     * @param path where it lies, for the record
     * @param release its kernel's: modules of other releases do not count
     * @throws IOException where {@code in} itself fails
     */
    public static InitramfsFact read(String path, String release, InputStream in) throws IOException {
        return read(path, release, in, MOST_UNPACKED);
    }

    static InitramfsFact read(String path, String release, InputStream in, long mostUnpacked) throws IOException {
        SourceInput source = new SourceInput(in);
        InitramfsReader reader = new InitramfsReader(release, mostUnpacked);
        Optional<String> problem = Optional.empty();
        try {
            reader.readAll(new CountedInput(source));
        } catch (IOException e) {
            source.rethrow();
            problem = Optional.of(path + " is readable only in part: " + e.getMessage());
        }
        return new InitramfsFact(
                path,
                List.copyOf(reader.archives),
                reader.tree,
                reader.modules,
                reader.clues.generator(),
                reader.clues.hostOnly(),
                problem);
    }

    private void readAll(CountedInput in) throws IOException {
        while (in.skipZeros()) {
            if (archives.size() == MOST_ARCHIVES) {
                throw new IOException("it is made of more than " + MOST_ARCHIVES + " archives");
            }
            long offset = in.position();
            byte[] head = in.peek(Compression.MAGIC_BYTES);
            if (CpioArchive.begins(head)) {
                readArchive(in, offset, "none");
                continue;
            }
            Optional<Compression> compression = Compression.detect(head);
            if (compression.isEmpty()) {
                throw new IOException("at byte " + offset + " stands neither a cpio archive nor compressed data");
            }
            try (InputStream plain = compression.get().open(in)) {
                CountedInput inner = new CountedInput(new Bounded(plain, in));
                while (inner.skipZeros()) {
                    readArchive(inner, offset, compression.get().id());
                }
            }
        }
    }

    private void readArchive(CountedInput in, long offset, String compression) throws IOException {
        CpioArchive archive = new CpioArchive(in);
        int before = entries;
        try {
            for (Optional<CpioEntry> entry = archive.next(); entry.isPresent(); entry = archive.next()) {
                if (++entries > MOST_ENTRIES) {
                    throw new IOException("it holds more than " + MOST_ENTRIES + " names");
                }
                take(archive, entry.get());
            }
        } finally {
            archives.add(new Archive(offset, compression, entries - before));
        }
    }

    private void take(CpioArchive archive, CpioEntry entry) throws IOException {
        String name = entry.name();
        byte[] content = clues.wants(entry) || InitramfsTree.wants(entry)
                ? archive.content(InitramfsTree.LONGEST_TEXT)
                : new byte[0];
        tree.add(entry, content);
        if (entry.isRegular() && isModule(name)) {
            modules.put(KernelModules.canonical(name), name);
        } else if (clues.wants(entry)) {
            clues.content(name, content);
        } else {
            clues.name(name);
        }
    }

    private boolean isModule(String name) {
        int usr = name.startsWith("usr/") ? 4 : 0;
        String below = "lib/modules/" + release + "/";
        if (!name.startsWith(below, usr)) {
            return false;
        }
        return name.endsWith(".ko")
                || name.endsWith(".ko.xz")
                || name.endsWith(".ko.zst")
                || name.endsWith(".ko.gz")
                || name.endsWith(".o");
    }

    /** Counts what is unpacked over all archives and stops a bomb. */
    private final class Bounded extends InputStream {
        private final InputStream in;
        private final CountedInput packed;

        private Bounded(InputStream in, CountedInput packed) {
            this.in = in;
            this.packed = packed;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = in.read(into, offset, length);
            unpacked += Math.max(0, count);
            if (unpacked > mostUnpacked) {
                throw new IOException("it unpacks to more than " + (mostUnpacked >> 20) + " MiB");
            }
            if (unpacked - FREELY_UNPACKED > MOST_TIMES * packed.position()) {
                throw new IOException("it unpacks to more than " + MOST_TIMES + " times its size, as no real one does");
            }
            return count;
        }
    }

    /** Remembers an error of the guest's disk, which is not one of the initramfs. */
    private static final class SourceInput extends InputStream {
        private final InputStream in;
        private Optional<IOException> failure = Optional.empty();

        private SourceInput(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            try {
                return in.read(into, offset, length);
            } catch (IOException e) {
                failure = Optional.of(e);
                throw e;
            }
        }

        private void rethrow() throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
        }
    }
}
