package dev.bothways.conversion.bundle.ovf;

import dev.bothways.disk.CopyOptions;
import dev.bothways.disk.CreateOptions;
import dev.bothways.disk.DiskConversion;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.disk.archive.TarBlocks;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Lost;
import dev.bothways.machine.Machine;
import dev.bothways.machine.dialect.Written;
import dev.bothways.machine.dialect.ovf.OvfDialect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Writes an OVA (DSP0243, clause 5.3): the envelope, the manifest with SHA-256, and the disks as stream-optimised VMDKs, which every
 * disk is packed into once, on its way into the archive. Envelope and manifest come first and say what is known last; they get as much
 * room as they can need and are written when the disks are, the envelope with blank lines at its end.
 */
public final class OvaWriter {
    private static final long ANY_SIZE = Long.MAX_VALUE;
    private static final int DIGEST_DIGITS = 64;

    private final HostFile file;
    private final String name;
    private long end;

    private OvaWriter(HostFile file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * What was written.
     *
     * @param lost what of the machine is not in the envelope
     * @param sizes of the disks' files, in bytes, in order
     */
    public record Result(List<Lost> lost, List<Long> sizes) {
        public Result {
            lost = List.copyOf(lost);
            sizes = List.copyOf(sizes);
        }
    }

    /**
     * Writes an OVA. If that fails there is no file.
     *
     * @param path where no file may be yet
     * @param name of the envelope and the manifest, without an ending; at most 90 bytes
     * @param machine for VMware or VirtualBox; the media of its hard disks are the names that their files get, each once
     * @param disks its hard disks, in order
     * @throws dev.bothways.disk.OutputException where the place refuses
     */
    public static Result write(
            Path path, String name, Machine machine, List<? extends VirtualDisk> disks, CopyOptions copying)
            throws IOException {
        HostFile file = HostFile.create(path);
        try {
            Result result = new OvaWriter(file, name).write(sized(machine, disks), disks, copying);
            file.force();
            file.close();
            return result;
        } catch (IOException | RuntimeException e) {
            file.discard();
            throw e;
        }
    }

    private static Machine sized(Machine machine, List<? extends VirtualDisk> contents) {
        List<Disk> disks = new ArrayList<>();
        int number = 0;
        for (Disk disk : machine.disks()) {
            boolean hard = disk.kind() == Disk.Kind.DISK;
            disks.add(
                    hard
                            ? disk.toBuilder()
                                    .size(OptionalLong.of(contents.get(number++).size()))
                                    .medium(disk.medium().orElseThrow().path(), DiskFormat.VMDK.label())
                                    .build()
                            : disk);
        }
        if (number != contents.size()) {
            throw new IllegalArgumentException(number + " hard disks, " + contents.size() + " contents");
        }
        return machine.toBuilder().disks(disks).build();
    }

    private Result write(Machine machine, List<? extends VirtualDisk> disks, CopyOptions copying) throws IOException {
        List<String> names = machine.disks().stream()
                .filter(disk -> disk.kind() == Disk.Kind.DISK)
                .map(disk -> disk.medium().orElseThrow().path())
                .toList();
        if (names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException("two disks have one name: " + names);
        }
        Map<String, Long> sizes = new HashMap<>();
        names.forEach(disk -> sizes.put(disk, ANY_SIZE));
        int room = new OvfDialect().write(machine, sizes).text().getBytes(StandardCharsets.UTF_8).length;
        List<OvfManifest.Entry> entries = new ArrayList<>();
        entries.add(new OvfManifest.Entry("SHA-256", name + ".ovf", "0".repeat(DIGEST_DIGITS)));
        names.forEach(disk -> entries.add(new OvfManifest.Entry("SHA-256", disk, "0".repeat(DIGEST_DIGITS))));
        int manifestSize = new OvfManifest(entries).text().getBytes(StandardCharsets.UTF_8).length;
        long manifestAt = TarBlocks.BLOCK + TarBlocks.padded(room);
        end = manifestAt + TarBlocks.BLOCK + TarBlocks.padded(manifestSize);
        for (int i = 0; i < names.size(); i++) {
            Member member = disk(names.get(i), disks.get(i), machine.name(), copying);
            sizes.put(names.get(i), member.size());
            entries.set(i + 1, new OvfManifest.Entry("SHA-256", names.get(i), member.digest()));
        }
        file.write(end, ByteBuffer.allocate(TarBlocks.END));
        Written written = new OvfDialect().write(machine, sizes);
        byte[] envelope = filled(written.text(), room);
        entries.set(
                0,
                new OvfManifest.Entry(
                        "SHA-256",
                        name + ".ovf",
                        hex(OvfManifest.hash("SHA-256").digest(envelope))));
        small(0, name + ".ovf", envelope);
        small(manifestAt, name + ".mf", new OvfManifest(entries).text().getBytes(StandardCharsets.UTF_8));
        return new Result(written.lost(), names.stream().map(sizes::get).toList());
    }

    /** The envelope, with line ends behind it up to its room. */
    private static byte[] filled(String text, int room) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
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

    private record Member(long size, String digest) {}

    private Member disk(String member, VirtualDisk disk, String machine, CopyOptions copying) throws IOException {
        CreateOptions options = CreateOptions.usual()
                .withSetting("subformat", "streamOptimized")
                .withIdentity(machine + "/" + member);
        Sink sink = new Sink(end + TarBlocks.BLOCK);
        Path called = file.path().resolve(member);
        DiskConversion.intoPipe(disk, called, sink, DiskFormat.VMDK, options, copying);
        file.write(end, TarBlocks.header(member, sink.written));
        long padding = TarBlocks.padded(sink.written) - sink.written;
        file.write(end + TarBlocks.BLOCK + sink.written, ByteBuffer.allocate((int) padding));
        end += TarBlocks.BLOCK + TarBlocks.padded(sink.written);
        return new Member(sink.written, hex(sink.digest.digest()));
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
