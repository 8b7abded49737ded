package dev.bothways.filesystem.ext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged metadata gives one clear refusal or something to read: never a fault of ours, never a hang. */
final class HostileExtTest {
    private static final Instant TIME = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MAX_VISITS = 500;

    @TempDir
    Path scratch;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ext4 -b 1024 -O ^metadata_csum,inline_data 4M",
                "-t ext4 -b 1024 -O ^metadata_csum,^64bit 4M",
                "-t ext2 -b 1024 -I 128 4M",
                "-t ext4 -b 1024 4M"
            })
    void damageIsRefusedOrReadAround(String options) throws IOException {
        Path image = ExtImages.make(scratch.resolve("image"), options);
        populate(image);
        byte[] sound = Files.readAllBytes(image);
        Seed seed = Seed.of(77);
        Random random = seed.random();
        int rounds = Integer.getInteger("bothways.ext.hostile", 60);
        for (int round = 0; round < rounds; round++) {
            MemoryDisk disk = new MemoryDisk(sound.length);
            disk.write(0, ByteBuffer.wrap(damaged(sound, random)));
            Instant start = Instant.now();
            try {
                use(disk);
            } catch (RuntimeException | StackOverflowError e) {
                fail("round " + round + " of " + seed, e);
            }
            assertThat(Duration.between(start, Instant.now()))
                    .as("round " + round + " of " + seed)
                    .isLessThan(LIMIT);
        }
    }

    private static void populate(Path image) throws IOException {
        try (ImageFile disk = new ImageFile(image);
                WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            edited.makeDirectory("/d", NewFile.ROOT_DIRECTORY);
            for (int i = 0; i < 120; i++) {
                edited.write("/d/some name " + i, new byte[i * 20], NewFile.ROOT_FILE);
            }
            edited.write("/large", new byte[400_000], NewFile.ROOT_FILE);
            edited.makeLink("/link", "t".repeat(200), NewFile.ROOT_FILE);
            edited.truncate("/large", 500_000_000L);
            edited.flush();
        }
    }

    /** Changes a few bytes where there are no zeros: there is most of the metadata. */
    private static byte[] damaged(byte[] sound, Random random) {
        byte[] bytes = sound.clone();
        int wanted = 1 + random.nextInt(30);
        boolean early = random.nextBoolean();
        while (wanted > 0) {
            int at = random.nextInt(early ? 8192 : bytes.length);
            if (bytes[at] != 0 || random.nextInt(50) == 0) {
                bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextBoolean() ? -1 : 0);
                wanted--;
            }
        }
        return bytes;
    }

    private static void use(MemoryDisk disk) {
        try (FileSystem read = ExtFileSystem.open(disk)) {
            walk(read, "/", 0, new ArrayList<>());
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try (WritableFileSystem edited = ExtFileSystem.openWritable(disk, TIME)) {
            attempt(() -> edited.write("/large", new byte[5000], NewFile.ROOT_FILE));
            attempt(() -> edited.write("/d/new", new byte[5000], NewFile.ROOT_FILE));
            attempt(() -> edited.append("/d/some name 7", new byte[5000]));
            attempt(() -> edited.remove("/d/some name 9"));
            attempt(() -> edited.remove("/link"));
            attempt(() -> edited.rename("/d", "/e"));
            attempt(() -> edited.makeDirectory("/e/below", NewFile.ROOT_DIRECTORY));
            attempt(edited::flush);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void walk(FileSystem read, String folder, int depth, List<String> visited) {
        attempt(() -> {
            for (String name : read.list(folder)) {
                String path = folder.equals("/") ? "/" + name : folder + "/" + name;
                if (visited.size() > MAX_VISITS || depth > 8) {
                    return;
                }
                visited.add(path);
                attempt(() -> visit(read, path, depth, visited));
            }
        });
    }

    private static void visit(FileSystem read, String path, int depth, List<String> visited) throws IOException {
        FileStatus status = read.find(path).orElseThrow(() -> new IOException(path + " is listed and not found"));
        attempt(() -> read.attributes(path));
        if (status.isDirectory()) {
            walk(read, path, depth + 1, visited);
        } else if (status.isLink()) {
            read.readLink(path);
        } else if (status.isRegular()) {
            read.read(path, 0, ByteBuffer.allocate(10_000));
            read.read(path, Math.max(0, status.size() - 5000), ByteBuffer.allocate(10_000));
        }
    }
}
