package dev.bothways.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.Assumptions;
import org.tukaani.xz.XZInputStream;

/**
 * Real files that other products made. They lie beside the repository, in {@code ../shared/corpus}, or where
 * {@code -Dbothways.corpus} says; where they are absent the test is skipped aloud.
 */
public final class Corpus {

    private Corpus() {}

    /** The corpus' folder; the calling test ends here where there is none. */
    public static Path folder() {
        String asked = System.getProperty("bothways.corpus");
        if (asked != null) {
            return Path.of(asked);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared/corpus");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        Assumptions.abort("skipped: no corpus beside the repository");
        throw new AssertionError("unreachable");
    }

    /** A file of the corpus as it lies there. */
    public static Path file(String name) {
        Path file = folder().resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "skipped: the corpus has no " + name);
        return file;
    }

    /** A compressed file of the corpus, decompressed into {@code scratch} under the rest of its name. */
    public static Path expand(String name, Path scratch) {
        Path file = file(name);
        String leaf = file.getFileName().toString();
        int dot = leaf.lastIndexOf('.');
        Path target = scratch.resolve(leaf.substring(0, dot));
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = decompressed(leaf.substring(dot), raw)) {
            Files.copy(in, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private static InputStream decompressed(String ending, InputStream in) throws IOException {
        return switch (ending) {
            case ".gz" -> new GZIPInputStream(in);
            case ".xz" -> new XZInputStream(in);
            case ".bz2" -> new BZip2CompressorInputStream(in);
            default -> throw new IllegalArgumentException(ending + " is no compression the corpus uses");
        };
    }
}
