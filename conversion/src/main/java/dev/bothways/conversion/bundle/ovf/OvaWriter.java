package dev.bothways.conversion.bundle.ovf;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskCopy;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.archive.TarBlocks;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.ovf.OvfDialect;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Writes an OVA (DSP0243, clause 5.3): the envelope, the manifest with SHA-256, and the disks as stream-optimised VMDKs, which every
 * disk is packed into once, on its way into the archive. Envelope and manifest come first and say what is known last; they get as much
 * room as they can need and are written when the disks are, the envelope with blank lines at its end.
 */
public final class OvaWriter implements Closeable {
    private static final long ANY_SIZE = Long.MAX_VALUE;
    private static final int DIGEST_DIGITS = 64;

    private final HostFile file;
    private final String name;
    private final Machine machine;
    private final int room;
    private final List<OvfManifest.Entry> entries = new ArrayList<>();
    private final SequencedMap<String, Long> sizes = new LinkedHashMap<>();
    private final long manifestAt;
    private long end;
    private int packed;
    private boolean finished;

    private OvaWriter(HostFile file, String name, Machine machine) {
        this.file = file;
        this.name = name;
        this.machine = machine;
        machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .map(disk -> disk.medium().orElseThrow().path())
                .forEach(this::add);
        this.room = envelope().length;
        entries.add(new OvfManifest.Entry("SHA-256", name + ".ovf", "0".repeat(DIGEST_DIGITS)));
        sizes.keySet().forEach(disk -> entries.add(new OvfManifest.Entry("SHA-256", disk, "0".repeat(DIGEST_DIGITS))));
        this.manifestAt = TarBlocks.BLOCK + TarBlocks.padded(room);
        this.end = manifestAt + TarBlocks.BLOCK + TarBlocks.padded(manifest().length);
    }

    /**
     * Begins an OVA.
     *
     * @param path where no file may be yet
     * @param name of the envelope and the manifest, without an ending; at most 90 bytes
     * @param machine for VMware or VirtualBox; of its hard disks the sizes are known, and the media are the names that their
     *     files get, each once
     * @throws dev.bothways.disk.OutputException where the place refuses
     */
    public static OvaWriter create(Path path, String name, Machine machine) throws IOException {
        HostFile file = HostFile.create(path);
        try {
            return new OvaWriter(file, name, machine);
        } catch (RuntimeException e) {
            file.discard();
            throw e;
        }
    }

    private void add(String disk) {
        if (sizes.put(disk, ANY_SIZE) != null) {
            throw new IllegalArgumentException("two disks have one name: " + disk);
        }
    }

    private byte[] envelope() {
        return new OvfDialect().write(machine, sizes).text().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] manifest() {
        return new OvfManifest(entries).text().getBytes(StandardCharsets.UTF_8);
    }

    /** Packs the next disk of the machine. */
    public DiskCopy.Result disk(VirtualDisk disk, CopyOptions copying) throws IOException {
        String member = List.copyOf(sizes.keySet()).get(packed++);
        CreateOptions options = CreateOptions.usual()
                .withSetting("subformat", "streamOptimized")
                .withIdentity(machine.name() + "/" + member);
        Sink sink = new Sink(end + TarBlocks.BLOCK);
        DiskCopy.Result result =
                DiskConversion.intoPipe(disk, file.path().resolve(member), sink, DiskFormat.VMDK, options, copying);
        file.write(end, TarBlocks.header(member, sink.written));
        long padding = TarBlocks.padded(sink.written) - sink.written;
        file.write(end + TarBlocks.BLOCK + sink.written, ByteBuffer.allocate((int) padding));
        end += TarBlocks.BLOCK + TarBlocks.padded(sink.written);
        sizes.put(member, sink.written);
        entries.set(packed, new OvfManifest.Entry("SHA-256", member, hex(sink.digest.digest())));
        return result;
    }

    /** Writes envelope and manifest; the archive is whole when this returns. */
    public void finish() throws IOException {
        if (packed != sizes.size()) {
            throw new IllegalStateException(packed + " of " + sizes.size() + " disks are packed");
        }
        file.write(end, ByteBuffer.allocate(TarBlocks.END));
        byte[] envelope = filled(envelope());
        entries.set(
                0,
                new OvfManifest.Entry(
                        "SHA-256",
                        name + ".ovf",
                        hex(OvfManifest.hash("SHA-256").digest(envelope))));
        small(0, name + ".ovf", envelope);
        small(manifestAt, name + ".mf", manifest());
        file.force();
        finished = true;
    }

    /** Deletes the archive if it is not finished. */
    @Override
    public void close() throws IOException {
        if (finished) {
            file.close();
        } else {
            file.discard();
        }
    }

    /** The envelope, with line ends behind it up to its room. */
    private byte[] filled(byte[] bytes) {
        byte[] filled = Arrays.copyOf(bytes, room);
        Arrays.fill(filled, bytes.length, room, (byte) '\n');
        return filled;
    }

    private void small(long at, String member, byte[] content) throws IOException {
        file.write(at, TarBlocks.header(member, content.length));
        ByteBuffer padded =
                ByteBuffer.allocate((int) TarBlocks.padded(content.length)).put(content);
        file.write(at + TarBlocks.BLOCK, padded.clear());
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** A member of the archive being written, from its beginning to its end. */
    private final class Sink implements WritableByteChannel {
        private final long start;
        private final MessageDigest digest = OvfManifest.hash("SHA-256");
        private long written;
        private boolean open = true;

        Sink(long start) {
            this.start = start;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            int count = from.remaining();
            digest.update(from.duplicate());
            file.write(start + written, from);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
