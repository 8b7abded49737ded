package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.disk.format.Disks;
import dev.bothways.testing.Oracle;
import dev.bothways.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that name files outside of the folder that may be read from, opened under the eyes of strace. */
final class OpensNothingOutsideTest {
    private static final long SIZE = 4 << 20;

    @TempDir
    Path scratch;

    private Path inside;
    private Path outside;

    @BeforeEach
    void makeFolders() throws IOException {
        scratch = scratch.toRealPath();
        inside = Files.createDirectory(scratch.resolve("inside"));
        outside = Files.createDirectory(scratch.resolve("outside"));
    }

    @Test
    void neverOpensAFileOutsideTheAllowedFolder() throws IOException {
        List<Path> images = new ArrayList<>();
        for (DiskFormat format :
                List.of(DiskFormat.VHD, DiskFormat.VHDX, DiskFormat.VDI, DiskFormat.VMDK, DiskFormat.QCOW2)) {
            images.addAll(children(format));
        }
        images.addAll(extents());
        images.addAll(backingNames());
        List<Object> arguments = new ArrayList<>(List.of(inside));
        arguments.addAll(images);
        Trace trace = Trace.of(scratch, OpenEach.class, arguments.toArray());
        assertThat(trace.output().lines())
                .hasSize(images.size())
                .allMatch(line -> line.startsWith("refused " + inside), trace.output());
        assertThat(opened(trace)).noneMatch(file -> file.startsWith(outside.toString()));
    }

    /** The same images in a folder that holds both: so the files are where the images say, and the trace would show them. */
    @Test
    void opensThemWhereItMay() throws IOException {
        List<Object> arguments = new ArrayList<>(List.of(scratch));
        arguments.addAll(children(DiskFormat.VHDX));
        arguments.addAll(extents());
        Trace trace = Trace.of(scratch, OpenEach.class, arguments.toArray());
        assertThat(trace.output().lines()).allMatch(line -> line.startsWith("read "), trace.output());
        assertThat(opened(trace))
                .contains(
                        outside.resolve("parent.vhdx").toString(),
                        outside.resolve("secret.raw").toString());
    }

    private static List<String> opened(Trace trace) {
        return trace.calls().stream()
                .filter(Trace.Call::opens)
                .map(Trace.Call::file)
                .toList();
    }

    /** Of a format: a child that names its parent outside, and one whose parent beside it is a link to there. */
    private List<Path> children(DiskFormat format) throws IOException {
        Path parent = outside.resolve("parent." + format.ending());
        Path linked = inside.resolve("linked." + format.ending());
        Path child = inside.resolve("child." + format.ending());
        Path childOfLink = inside.resolve("child-of-link." + format.ending());
        DiskConversion.create(parent, format, SIZE, CreateOptions.usual().withIdentity("parent"), false);
        Files.createSymbolicLink(linked, parent);
        make(child, parent, format);
        make(childOfLink, linked, format);
        return List.of(child, childOfLink);
    }

    private static void make(Path child, Path parent, DiskFormat format) throws IOException {
        try (DiskImage opened = DiskImages.open(parent)) {
            DiskConversion.create(
                    child,
                    format,
                    SIZE,
                    CreateOptions.usual()
                            .withIdentity(child.toString())
                            .over(new CreateOptions.Parent(opened, parent, format)),
                    false);
        }
    }

    /** Descriptors of VMDK, and of Parallels' bundles, whose extents lie outside. */
    private List<Path> extents() throws IOException {
        Path secret = outside.resolve("secret.raw");
        Disks.randomRaw(secret, SIZE, Seed.of(5).random(), 512);
        Files.createSymbolicLink(inside.resolve("link.raw"), secret);
        List<Path> images = new ArrayList<>();
        for (String name : List.of("../outside/secret.raw", secret.toString(), "link.raw")) {
            Path image = inside.resolve("extent" + images.size() + ".vmdk");
            Files.writeString(image, """
                    # Disk DescriptorFile
                    version=1
                    CID=fffffffe
                    parentCID=ffffffff
                    createType="monolithicFlat"
                    RW %d FLAT "%s" 0
                    ddb.adapterType = "lsilogic"
                    """.formatted(SIZE / 512, name));
            images.add(image);
        }
        return images;
    }

    /** Names in qcow2 that once led tools astray: a data file, other protocols, names in JSON. */
    private List<Path> backingNames() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path secret = outside.resolve("secret.raw");
        List<Path> images = new ArrayList<>();
        for (String name : List.of(
                secret.toString(),
                "../outside/secret.raw",
                "file:" + secret,
                "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"" + secret + "\"}}",
                "nbd://127.0.0.1/x")) {
            Path image = inside.resolve("backing" + images.size() + ".qcow2");
            qemu.run("create", "-q", "-f", "qcow2", "-u", "-F", "raw", "-b", name, image, SIZE)
                    .orFail();
            images.add(image);
        }
        Path data = inside.resolve("data.qcow2");
        qemu.run("create", "-q", "-f", "qcow2", "-o", "data_file=" + outside.resolve("data.raw"), data, SIZE)
                .orFail();
        images.add(data);
        return images;
    }
}
