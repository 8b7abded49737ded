package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import dev.bothways.testing.TinyXenGuest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A dry run succeeds where the conversion does, and fails where it fails, with the same words. */
final class PlanIsTrueTest {
    @TempDir
    Path scratch;

    @BeforeEach
    void needsGrub() {
        Oracle.requireFolder(Path.of("/usr/lib/grub/i386-pc"), "grub-pc-bin");
    }

    /** What a dry run and the conversion both said. */
    private CommandRun both(Path source, Path folder, Object... more) {
        List<Object> words = new ArrayList<>(List.of("convert", source, "-o", folder, "--progress", "none"));
        words.addAll(List.of(more));
        boolean there = Files.exists(folder);
        List<Object> dry = new ArrayList<>(words);
        dry.add("--dry-run");
        CommandRun planned = CommandRun.of(dry.toArray());
        assertThat(Files.exists(folder)).as("a dry run writes nothing").isEqualTo(there);
        CommandRun done = CommandRun.of(words.toArray());
        assertThat(planned.exitCode()).as(planned.err() + done.err()).isEqualTo(done.exitCode());
        assertThat(planned.err()).isEqualTo(done.err());
        assertThat(done.exitCode()).as(done.err()).isNotEqualTo(ExitCode.INTERNAL);
        return planned;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quota",
                "project,quota",
                "bigalloc",
                "mmp",
                "encrypt",
                "casefold",
                "verity",
                "inline_data",
                "ea_inode",
                "large_dir",
                "sparse_super2",
                "meta_bg,^resize_inode",
                "^has_journal",
                "^metadata_csum",
                "^metadata_csum,uninit_bg",
                "^64bit",
                "^extent,^64bit",
                "^dir_index",
                "^flex_bg",
                "stable_inodes,encrypt",
                "metadata_csum_seed"
            })
    void forEachFeatureOfTheFileSystem(String features) throws IOException {
        Path source = TinyXenGuest.make(scratch, 0, "-O", features, "48M");
        CommandRun run = both(source, scratch.resolve("out"), "--to", "hyperv");
        if (run.exitCode() != 0) {
            assertThat(run.exitCode()).isEqualTo(ExitCode.GUEST);
            assertThat(run.err()).contains("xvda cannot be written", "--as-is");
            assertThat(features).containsAnyOf(run.err().split("[ ,;]+"));
            CommandRun.of("convert", source, "--to", "hyperv", "-o", scratch.resolve("asis"), "--as-is")
                    .orFail();
        } else {
            CommandRun.of("verify", scratch.resolve("out")).orFail();
        }
    }

    /** So much ballast, so many inodes, so much for root alone. */
    @ParameterizedTest
    @CsvSource({
        "0, 4096, 0, true",
        "6900000, 512, 0, ?",
        "7000000, 512, 0, ?",
        "7050000, 512, 0, ?",
        "6000000, 512, 50, true",
        "0, 48, 5, ?",
        "0, 42, 5, ?"
    })
    void howeverFullTheRootIs(int ballast, int inodes, int reserve, String succeeds) throws IOException {
        Path source = TinyXenGuest.make(
                scratch, ballast, "-b", "1024", "-O", "^has_journal", "-N", "" + inodes, "-m", "" + reserve, "8M");
        CommandRun run = both(source, scratch.resolve("out"), "--to", "hyperv");
        if (succeeds.equals("true")) {
            assertThat(run.exitCode()).as(run.err()).isZero();
        } else if (run.exitCode() != 0) {
            assertThat(run.exitCode()).isEqualTo(ExitCode.GUEST);
            assertThat(run.err()).contains("xvda: the ext file system is full", "MiB", "--as-is");
        }
    }

    @Test
    void whereverTheOutputGoes() throws IOException {
        Path source = TinyXenGuest.make(scratch);
        Path file = Files.writeString(scratch.resolve("file"), "no folder");
        Path full = Files.createDirectories(scratch.resolve("full"));
        Files.writeString(full.resolve("letter"), "dear");
        Path foreign = Files.createDirectories(scratch.resolve("foreign.unfinished"));
        Files.writeString(foreign.resolve("letter"), "dear");
        Path loop = Files.createSymbolicLink(scratch.resolve("loop"), scratch.resolve("loop"));
        for (Path folder : List.of(
                file,
                file.resolve("below"),
                file.resolve("far/below"),
                full,
                scratch.resolve("foreign"),
                loop.resolve("web01"),
                scratch.resolve("a".repeat(250)),
                scratch.resolve("a".repeat(300)).resolve("web01"))) {
            CommandRun run = both(source, folder, "--to", "kvm");
            assertThat(run.exitCode()).as(folder + ": " + run.err()).isEqualTo(ExitCode.OUTPUT);
        }
        assertThat(both(source, full, "--to", "kvm", "--force").exitCode()).isEqualTo(ExitCode.OUTPUT);
        assertThat(both(source, source, "--to", "kvm", "--force").exitCode()).isEqualTo(ExitCode.OUTPUT);
        Path empty = Files.createDirectories(scratch.resolve("empty"));
        assertThat(both(source, empty, "--to", "kvm").exitCode()).isZero();
        assertThat(both(source, empty, "--to", "kvm", "--force").exitCode()).isZero();
        assertThat(both(source, scratch.resolve("new/deep/web01"), "--to", "kvm")
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "xen, raw",
        "xen, vhd",
        "xen, qcow2",
        "hyperv, vhdx",
        "hyperv, vhd",
        "vmware, vmdk",
        "kvm, qcow2",
        "kvm, raw",
        "proxmox, qcow2",
        "proxmox, raw",
        "proxmox, vmdk",
        "kubevirt, qcow2",
        "virtualbox, vdi",
        "virtualbox, vmdk",
        "virtualbox, vhd",
        "xenserver, raw",
        "xenserver, vhd"
    })
    void howeverLargeTheDiskIs(String target, String format) throws IOException {
        Path disk = scratch.resolve("disk.raw");
        for (long size : new long[] {512, 1 << 20}) {
            grow(disk, size);
            both(disk, scratch.resolve("out" + size), "--to", target, "--disk-format", format, "--as-is");
        }
        for (long size : new long[] {(2040L << 30) + 512, 3L << 40, 70L << 40}) {
            if (format.equals("raw") && size > 16L << 40) {
                continue; // Whether a file may be as large, only the file system of the output knows.
            }
            Path large = scratch.resolve("source" + size);
            CommandRun.of("disk", "create", "-O", "qcow2", large, size).orFail();
            CommandRun planned =
                    CommandRun.of("convert", large, "--to", target, "--disk-format", format, "--as-is", "--dry-run");
            // A conversion reads back what it wrote, which takes long; making the image alone shows what it refuses.
            CommandRun made = CommandRun.of("disk", "create", "-O", format, scratch.resolve("image" + size), size);
            if (made.exitCode() != 0) {
                assertThat(planned.exitCode()).as(size + ": " + made.err()).isNotZero();
            }
        }
    }

    private static void grow(Path disk, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(size);
        }
    }
}
