package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.DiskImages;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What mke2fs put into a file system is read back from it, under many feature sets. */
final class ExtReadingTest {
    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ext2 -b 1024",
                "-t ext3 -b 2048 -I 128",
                "-t ext4",
                "-t ext4 -b 1024 -O inline_data",
                "-t ext4 -O ^metadata_csum,^64bit,uninit_bg",
                "-t ext4 -O meta_bg,^resize_inode -b 1024",
                "-t ext4 -O bigalloc -C 16384",
                "-t ext4 -O ^extents,^64bit,^flex_bg",
                "-t ext4 -O ^filetype,^dir_index",
                "-t ext4 -O sparse_super2,quota,project",
                "-t ext4 -O casefold,encrypt,verity,ea_inode,large_dir,metadata_csum_seed",
                "-t ext4 -O orphan_file,fast_commit"
            })
    void readsEveryFileThatWasPutIn(String options) throws IOException {
        Path tree = populated();
        Path image = scratch.resolve("image");
        String arguments = options + " -q -F -d " + tree + " " + image + " 64M";
        Oracle.require("mke2fs").run((Object[]) arguments.split(" ")).orFail();

        try (VirtualDisk disk = DiskImages.open(image);
                ExtFileSystem read = ExtFileSystem.open(disk)) {
            List<Path> all;
            try (Stream<Path> walk = Files.walk(tree)) {
                all = walk.skip(1).sorted().toList();
            }
            for (Path original : all) {
                String path = "/" + tree.relativize(original);
                FileStatus status = read.find(path).orElseThrow();
                if (status.isLink()) {
                    assertThat(read.readLink(path))
                            .isEqualTo(Files.readSymbolicLink(original).toString());
                } else if (status.isRegular()) {
                    assertThat(read.readAll(path, 1 << 24)).as(path).isEqualTo(Files.readAllBytes(original));
                } else {
                    try (Stream<Path> names = Files.list(original)) {
                        assertThat(read.list(path))
                                .containsExactlyElementsOf(
                                        names.map(name -> name.getFileName().toString())
                                                .sorted()
                                                .toList());
                    }
                }
            }
            assertThat(read.list("/")).contains("lost+found", "many", "links");
        }
    }

    private Path populated() throws IOException {
        Random random = new Random(1);
        Path tree = Files.createDirectory(scratch.resolve("tree"));
        for (int size : new int[] {0, 1, 59, 60, 61, 100, 156, 160, 1023, 1024, 4096, 4097, 70_000, 2_000_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            Files.write(tree.resolve("file" + size), content);
        }
        Path links = Files.createDirectory(tree.resolve("links"));
        for (int size : new int[] {1, 59, 60, 61, 100, 200, 500}) {
            Files.createSymbolicLink(links.resolve("link" + size), Path.of("x".repeat(size)));
        }
        Path many = Files.createDirectory(tree.resolve("many"));
        for (int i : IntStream.range(0, 700).toArray()) {
            Files.writeString(many.resolve("a rather long name, so that many blocks are needed " + i), "" + i);
        }
        return tree;
    }
}
