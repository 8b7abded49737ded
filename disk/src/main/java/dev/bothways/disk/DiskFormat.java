package dev.bothways.disk;

import dev.bothways.disk.format.cloop.CloopImage;
import dev.bothways.disk.format.dmg.DmgImage;
import dev.bothways.disk.format.parallels.ParallelsImage;
import dev.bothways.disk.format.qcow.QcowImage;
import dev.bothways.disk.format.qcow2.Qcow2Image;
import dev.bothways.disk.format.qcow2.Qcow2Writer;
import dev.bothways.disk.format.qed.QedImage;
import dev.bothways.disk.format.raw.RawImage;
import dev.bothways.disk.format.raw.RawStream;
import dev.bothways.disk.format.raw.RawWriter;
import dev.bothways.disk.format.vdi.VdiImage;
import dev.bothways.disk.format.vdi.VdiWriter;
import dev.bothways.disk.format.vhd.VhdImage;
import dev.bothways.disk.format.vhd.VhdWriter;
import dev.bothways.disk.format.vhdx.VhdxImage;
import dev.bothways.disk.format.vhdx.VhdxWriter;
import dev.bothways.disk.format.vmdk.VmdkImage;
import dev.bothways.disk.format.vmdk.VmdkStream;
import dev.bothways.disk.format.vmdk.VmdkWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The formats of disk images. A new one is one entry here. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state, and copies of lists
public enum DiskFormat {
    /** Microsoft's Virtual Hard Disk, version 1. The footer at the end is its home; dynamic ones have a copy in front. */
    VHD(
            List.of("vhd"),
            signature -> signature.startsWith("conectix")
                    || signature.endsWith("conectix", 512)
                    || signature.endsWith("conectix", 511),
            VhdImage::open,
            VhdWriter::create),
    /** Microsoft's Virtual Hard Disk, version 2. */
    VHDX(List.of("vhdx"), signature -> signature.startsWith("vhdxfile"), VhdxImage::open, VhdxWriter::create),
    /** VMware's disks: a descriptor, which may lie in the one extent that it names, and extents. */
    VMDK(
            List.of("vmdk"),
            signature -> signature.startsWith("KDMV")
                    || signature.startsWith("COWD")
                    || signature.holds(0, "\u00be\u00ba\u00fe\u00ca\0\0\0\0")
                    || signature.startsWithLine("# Disk DescriptorFile"),
            VmdkImage::open,
            VmdkStream::open,
            VmdkWriter::create),
    /** VirtualBox' own format. */
    VDI(
            List.of("vdi"),
            signature -> signature.holds(0x40, "\u007f\u0010\u00da\u00be"),
            VdiImage::open,
            VdiWriter::create),
    /** Of Parallels Desktop, Virtuozzo and OpenVZ: an image, or a descriptor and the images it names. */
    PARALLELS(
            List.of("hds", "hdd"),
            signature -> signature.startsWith("WithoutFreeSpace")
                    || signature.startsWith("WithouFreSpacExt")
                    || signature.headContains("<Parallels_disk_image"),
            ParallelsImage::open,
            new OnlyRead("Parallels disks are read, not written; Parallels opens VHD and VMDK disks")),
    /** QEMU's own. */
    QCOW2(
            List.of("qcow2"),
            signature -> signature.startsWith("QFI\u00fb") && !signature.holds(4, "\0\0\0\1"),
            Qcow2Image::open,
            Qcow2Writer::create),
    /** QEMU's first own one, of 2004. */
    QCOW(
            List.of("qcow"),
            signature -> signature.startsWith("QFI\u00fb\0\0\0\1"),
            QcowImage::open,
            new OnlyRead("qcow of version 1 is read only; write qcow2")),
    /** QEMU's of 2010, soon given up. */
    QED(
            List.of("qed"),
            signature -> signature.startsWith("QED\0"),
            QedImage::open,
            new OnlyRead("QED is read only; write qcow2")),
    /** Apple's. */
    DMG(
            List.of("dmg"),
            signature -> signature.endsWith("koly", 512),
            DmgImage::open,
            new OnlyRead("DMG images are read, not written; hdiutil makes one of a raw image")),
    /** Compressed loopback devices, of early live CDs. */
    CLOOP(
            List.of("cloop"),
            signature -> signature.startsWith(CloopImage.MARK),
            CloopImage::open,
            new OnlyRead("cloop images are read, not written; a compressed qcow2 is as small")),
    /** The bytes of the disk and nothing else. It has no mark: what is nothing else is raw. */
    RAW(List.of("raw", "img"), signature -> false, RawImage::open, RawStream::open, RawWriter::create);

    /** Opens an image; on success the image owns the file, on failure the caller still does. */
    interface Opener {
        DiskImage open(HostFile file, OpenOptions options) throws IOException;
    }

    /** Begins to read an image that comes once, from its beginning to its end; {@code size} where the caller knows it. */
    interface Streamer {
        DiskStream open(PipeInput in, OptionalLong size) throws IOException;
    }

    /** Stands for a streamer where the format tells in its middle or at its end what is needed at its beginning. */
    private record OnlyWhole(String label) implements Streamer {
        @Override
        public DiskStream open(PipeInput in, OptionalLong size) throws IOException {
            throw new DiskImageException(
                    DiskImageException.Kind.UNSUPPORTED,
                    in.name(),
                    "a " + label
                            + " image cannot be read from its beginning to its end; save it in a file and name that");
        }
    }

    /** Begins an image of {@code size} bytes at a path where no file is. */
    interface Creator {
        ImageWriter create(Path path, long size, CreateOptions options) throws IOException;
    }

    /** Stands for a creator where a format is read and not written. */
    private record OnlyRead(String message) implements Creator {
        @Override
        public ImageWriter create(Path path, long size, CreateOptions options) throws IOException {
            throw new DiskImageException(DiskImageException.Kind.UNSUPPORTED, path, message);
        }
    }

    private final List<String> endings;
    private final Predicate<FileSignature> mark;
    private final Opener opener;
    private final Streamer streamer;
    private final Creator creator;

    DiskFormat(List<String> endings, Predicate<FileSignature> mark, Opener opener, Creator creator) {
        this(endings, mark, opener, new OnlyWhole(endings.getFirst()), creator);
    }

    DiskFormat(List<String> endings, Predicate<FileSignature> mark, Opener opener, Streamer streamer, Creator creator) {
        this.endings = endings;
        this.mark = mark;
        this.opener = opener;
        this.streamer = streamer;
        this.creator = creator;
    }

    /** The name that users type: {@code raw}, {@code vhd}, {@code vhdx}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether images of this format can be made, not only read. */
    public boolean isWritten() {
        return !(creator instanceof OnlyRead);
    }

    /** The usual ending of a file's name, without the dot. */
    public String ending() {
        return endings.getFirst();
    }

    /** The format with this {@link #label()}. */
    public static Optional<DiskFormat> labelled(String label) {
        return Arrays.stream(values())
                .filter(format -> format.label().equals(label))
                .findFirst();
    }

    /** The format that a new file's name asks for by its ending. (What an existing file is, its name does not tell.) */
    public static Optional<DiskFormat> wantedBy(Path name) {
        String leaf = name.getFileName() == null ? "" : name.getFileName().toString();
        String ending = leaf.substring(leaf.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.endings.contains(ending))
                .findFirst();
    }

    /** The format that the file's first and last bytes show; raw if they show nothing. */
    static DiskFormat shownBy(FileSignature signature) {
        return Arrays.stream(values())
                .filter(format -> format.mark.test(signature))
                .findFirst()
                .orElse(RAW);
    }

    /** Whether an image of the format can keep states under names, to be opened by {@link OpenOptions#atSnapshot}. */
    public boolean keepsSnapshots() {
        return this == QCOW2 || this == PARALLELS;
    }

    Opener opener() {
        return opener;
    }

    Streamer streamer() {
        return streamer;
    }

    Creator creator() {
        return creator;
    }
}
