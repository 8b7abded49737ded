package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random edits on file systems of many feature sets leave what the model says, and e2fsck has nothing to say. More with
 * {@code -Dbothways.ext.sequences=N}; {@code -Dbothways.ext.everyStep=true} asks e2fsck after every single edit.
 */
final class ExtEditingTest {
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00.123456789Z");
    private static final int USUAL_SEQUENCES = 46;

    private static final List<String> FEATURES = List.of(
            "-t ext4 16M",
            "-t ext4 -b 1024 16M",
            "-t ext4 -b 4096 -I 128 24M",
            "-t ext2 -b 1024 12M",
            "-t ext2 -b 4096 -I 128 16M",
            "-t ext3 -b 2048 16M",
            "-t ext3 -b 1024 -I 128 -O ^dir_index 16M",
            "-t ext4 -O ^extents,^64bit 16M",
            "-t ext4 -O ^dir_index,^filetype 16M",
            "-t ext4 -O ^metadata_csum,^64bit 16M",
            "-t ext4 -O ^metadata_csum,uninit_bg,64bit -b 1024 32M",
            "-t ext4 -O ^flex_bg,meta_bg,^resize_inode -b 1024 32M",
            "-t ext4 -O inline_data 16M",
            "-t ext4 -O inline_data -I 1024 -b 2048 16M",
            "-t ext4 -O sparse_super2,^resize_inode -b 1024 40M",
            "-t ext4 -O ea_inode,large_dir -b 1024 16M",
            "-t ext4 -O orphan_file,metadata_csum_seed,fast_commit 16M",
            "-t ext4 -O ^has_journal,project,verity,encrypt,casefold 16M",
            "-t ext4 -O ^has_journal -b 1024 -g 256 -N 256 4M",
            "-t ext4 -O ^has_journal -b 1024 -m 0 1500k",
            "-t ext2 -b 1024 -r 0 -O none 8M",
            "-t ext4 -b 1024 -G 4 -O ^resize_inode 64M",
            "-t ext4 -b 65536 128M");

    @TempDir
    Path scratch;

    @Test
    void randomEditsLeaveACleanFileSystemThatHoldsTheModel() throws IOException {
        Oracle.require("mke2fs");
        long first = Seed.of(20261122).value();
        int sequences = Integer.getInteger("bothways.ext.sequences", USUAL_SEQUENCES);
        Path tree = smallTree();
        for (int i = 0; i < sequences; i++) {
            sequence(new Seed(first + i), tree);
        }
    }

    private void sequence(Seed seed, Path tree) throws IOException {
        Random random = new Random(seed.value());
        String features = FEATURES.get(Math.floorMod(seed.value(), FEATURES.size()));
        Path image = make(features, random.nextBoolean(), tree);
        List<String> done = new ArrayList<>(List.of(seed + ", " + features));
        try {
            edit(image, random, done);
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError(String.join("\n", done), e);
        }
        Files.delete(image);
    }

    private void edit(Path image, Random random, List<String> done) throws IOException {
        boolean everyStep = Boolean.getBoolean("bothways.ext.everyStep");
        RandomEdits edits;
        try (ImageFile disk = new ImageFile(image);
                WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edits = new RandomEdits(edited, random);
            int steps = 1 + random.nextInt(60);
            for (int i = 0; i < steps; i++) {
                edits.step();
                if (everyStep) {
                    edited.flush();
                    requireClean(image, edits.done());
                }
            }
            edits.requireSame(edited);
            edited.flush();
        } finally {
            done.add("");
        }
        done.addAll(edits.done());
        requireClean(image, done);
        try (ImageFile disk = new ImageFile(image);
                ExtFileSystem read = ExtFileSystem.open(disk)) {
            edits.requireSame(read);
        }
    }

    private static void requireClean(Path image, List<String> done) {
        Oracle.Result result = Oracle.require("e2fsck").run("-fn", image);
        assertThat(result.exitCode())
                .as(result.output() + String.join("\n", done))
                .isZero();
        assertThat(result.output()).doesNotContain("? no");
    }

    private Path make(String features, boolean populated, Path tree) throws IOException {
        Path image = scratch.resolve("image");
        List<String> arguments = new ArrayList<>(
                List.of("-q", "-F", "-E", "lazy_itable_init=1,hash_seed=" + "00112233-4455-6677-8899-aabbccddeeff"));
        List<String> options = Arrays.asList(features.split(" "));
        arguments.addAll(options.subList(0, options.size() - 1));
        boolean roomy = options.getLast().endsWith("M") && !options.contains("256");
        if (populated && roomy) {
            arguments.addAll(List.of("-d", tree.toString()));
        }
        arguments.addAll(List.of(image.toString(), options.getLast()));
        Oracle.require("mke2fs").run(arguments.toArray()).orFail();
        return image;
    }

    /** Small files and names, so that some of them lie in their inodes where that is possible. */
    private Path smallTree() throws IOException {
        Path tree = Files.createDirectory(scratch.resolve("tree"));
        for (int size : new int[] {0, 1, 60, 61, 100, 140, 160, 500, 5000, 60_000}) {
            byte[] content = new byte[size];
            Arrays.fill(content, (byte) 'c');
            Files.write(tree.resolve("file" + size), content);
        }
        for (int size : new int[] {0, 3, 8, 200}) {
            Path folder = Files.createDirectory(tree.resolve("folder" + size));
            for (int i = 0; i < size; i++) {
                Files.writeString(folder.resolve("name" + i), "");
            }
        }
        Files.createSymbolicLink(tree.resolve("short"), Path.of("short target"));
        Files.createSymbolicLink(tree.resolve("long"), Path.of("long target".repeat(20)));
        return tree;
    }
}
