package dev.bothways.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Backups of Proxmox VE made for tests, after the specification of VMA and not after our reader. */
public final class MadeVma {
    /** The UUID of every archive made here. */
    public static final UUID ID = new UUID(0x1122_3344_5566_7788L, 0x99aa_bbcc_ddee_ff00L);
    /** The length of the header. */
    public static final int HEADER = 12_288 + 512;

    private static final int BLOCK = 4096;
    private static final int CLUSTER = 65_536;

    private final Map<String, byte[]> configurations = new LinkedHashMap<>();
    private final Map<String, byte[]> disks = new LinkedHashMap<>();
    private final Random random;

    /** An archive whose clusters are in an order that {@code random} chooses. */
    public MadeVma(Random random) {
        this.random = random;
    }

    /** Adds a file of the host: {@code qemu-server.conf}, the definition. */
    public MadeVma configuration(String name, String text) {
        configurations.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds a disk: {@code drive-scsi0}. */
    public MadeVma disk(String name, byte[] content) {
        disks.put(name, content);
        return this;
    }

    /** Writes the archive. */
    public void write(Path file) throws IOException {
        Files.write(file, bytes());
    }

    /** The archive. */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(header());
        List<long[]> clusters = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>(disks.values());
        for (int disk = 0; disk < contents.size(); disk++) {
            for (long cluster = 0; cluster * CLUSTER < contents.get(disk).length; cluster++) {
                clusters.add(new long[] {disk, cluster});
            }
        }
        // Mostly in order, as a backup of a machine at rest; now and then something else in between.
        for (int i = 0; i + 1 < clusters.size(); i++) {
            if (random.nextInt(8) == 0) {
                Collections.swap(clusters, i, random.nextInt(clusters.size()));
            }
        }
        for (int from = 0; from < clusters.size(); ) {
            int to = Math.min(clusters.size(), from + 1 + random.nextInt(59));
            extent(clusters.subList(from, to), contents, out);
            from = to;
        }
        return out.toByteArray();
    }

    private byte[] header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        header.put("VMA\0".getBytes(StandardCharsets.US_ASCII)).putInt(1);
        header.putLong(ID.getMostSignificantBits()).putLong(ID.getLeastSignificantBits());
        header.putLong(24, 1_700_000_000L);
        header.putInt(48, 12_288).putInt(52, 512).putInt(56, HEADER);
        ByteBuffer blobs =
                header.slice(12_288, 512).order(ByteOrder.LITTLE_ENDIAN).position(1);
        int number = 0;
        for (Map.Entry<String, byte[]> entry : configurations.entrySet()) {
            header.putInt(2044 + 4 * number, blob(blobs, (entry.getKey() + "\0").getBytes(StandardCharsets.UTF_8)));
            header.putInt(3068 + 4 * number, blob(blobs, entry.getValue()));
            number++;
        }
        number = 1;
        for (Map.Entry<String, byte[]> entry : disks.entrySet()) {
            header.putInt(4096 + 32 * number, blob(blobs, (entry.getKey() + "\0").getBytes(StandardCharsets.UTF_8)));
            header.putLong(4096 + 32 * number + 8, entry.getValue().length);
            number++;
        }
        sum(header.array(), 0, HEADER, 32);
        return header.array();
    }

    private static int blob(ByteBuffer blobs, byte[] content) {
        int at = blobs.position();
        blobs.putShort((short) content.length).put(content);
        return at;
    }

    private void extent(List<long[]> clusters, List<byte[]> contents, ByteArrayOutputStream out) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(512);
        header.put("VMAE".getBytes(StandardCharsets.US_ASCII));
        header.putLong(8, ID.getMostSignificantBits()).putLong(16, ID.getLeastSignificantBits());
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        int entry = 0;
        for (long[] cluster : clusters) {
            byte[] content = contents.get((int) cluster[0]);
            long mask = 0;
            for (int i = 0; i < 16; i++) {
                int from = (int) Math.min(content.length, cluster[1] * CLUSTER + (long) i * BLOCK);
                // What a disk's last block lacks is filled up.
                byte[] block =
                        Arrays.copyOf(Arrays.copyOfRange(content, from, Math.min(content.length, from + BLOCK)), BLOCK);
                if (!Arrays.equals(block, new byte[BLOCK])) {
                    mask |= 1L << i;
                    blocks.write(block);
                }
            }
            header.putLong(40 + 8 * entry++, mask << 48 | (cluster[0] + 1) << 32 | cluster[1]);
        }
        header.putShort(6, (short) (blocks.size() / BLOCK));
        sum(header.array(), 0, 512, 24);
        out.write(header.array());
        out.write(blocks.toByteArray());
    }

    /** Makes the checksum of a header right. */
    public static void sum(byte[] bytes, int start, int length, int at) {
        Arrays.fill(bytes, start + at, start + at + 16, (byte) 0);
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes, start, length);
            System.arraycopy(digest.digest(), 0, bytes, start + at, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
