package dev.bothways.disk;

import dev.bothways.disk.DiskImageException.Kind;
import dev.bothways.disk.archive.ArchivePath;
import dev.bothways.disk.archive.TarArchive;
import dev.bothways.disk.archive.TarMember;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The two doors: opening a disk image and making one. */
public final class DiskImages {
    private static final int TYPE = 0xf000;
    private static final int BLOCK_DEVICE = 0x6000;

    /** A Parallels disk is a folder with this file. */
    private static final String FOLDERS_DESCRIPTOR = "DiskDescriptor.xml";

    private static final List<String> RAW_ENDINGS = List.of(".img", ".raw", ".iso", ".vmdk", ".vhd", ".vhdx", ".qcow2");

    private DiskImages() {}

    /**
     * Gets ready to open images, in a thread of its own, and returns at once. A program that has something else to do first
     * opens its first image sooner thereby: linking the calls of the operating system takes some hundredths of a second.
     */
    public static void prepare() {
        Thread.ofPlatform().daemon().name("bothways-prepare").start(LinuxCalls::prepare);
    }

    /** Opens an image for reading, in the format that its content shows. */
    public static DiskImage open(Path path) throws IOException {
        return open(path, OpenOptions.usual());
    }

    /**
     * Opens an image for reading.
     *
     * @param path of a file or block device, or of a disk in an archive ({@link DiskArchive})
     * @throws DiskImageException where it is malformed, unsafe, or of a kind that is not read
     */
    public static DiskImage open(Path path, OpenOptions options) throws IOException {
        Optional<DiskImage> archived = DiskArchive.open(path);
        if (archived.isPresent()) {
            return withoutSnapshots(archived.get(), path, options);
        }
        return open(HostFile.open(fileOrDevice(path)), options);
    }

    /**
     * Opens an image that lies in pieces, for reading.
     *
     * @param parts the pieces of its file, in order, at least one; in messages the image is called by the first one's path
     */
    public static DiskImage openJoined(List<Path> parts, OpenOptions options) throws IOException {
        return open(HostFile.openJoined(parts), options);
    }

    private static DiskImage open(HostFile file, OpenOptions options) throws IOException {
        try {
            DiskFormat format = options.format().isPresent() ? options.format().get() : shown(file, options);
            requireSnapshots(format, file.path(), options);
            return format.opener().open(file, options);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    private static DiskImage withoutSnapshots(DiskImage image, Path path, OpenOptions options) throws IOException {
        try {
            requireSnapshots(DiskFormat.RAW, path, options);
            return image;
        } catch (DiskImageException e) {
            try (image) {
                throw e;
            }
        }
    }

    private static void requireSnapshots(DiskFormat format, Path path, OpenOptions options) throws DiskImageException {
        if (options.snapshot().isPresent() && !format.keepsSnapshots()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "a " + format.label() + " image keeps no snapshots, so there is no '"
                            + options.snapshot().get() + "' in it; open the file of that state itself");
        }
    }

    /** The format that a file's content shows. */
    public static DiskFormat formatOf(Path path) throws IOException {
        try (HostFile file = HostFile.open(fileOrDevice(path))) {
            return shownFormat(file);
        }
    }

    /**
     * Begins to read an image that comes once, from its beginning to its end, as from a pipe: a raw disk, whose size must be said, or a
     * stream-optimised VMDK.
     *
     * @param format the format it is in, if the caller knows; else its first bytes show it
     * @param size of the disk in bytes, if the caller knows it
     * @throws DiskImageException where it is of another format, or malformed
     */
    public static DiskStream stream(PipeInput in, Optional<DiskFormat> format, OptionalLong size) throws IOException {
        DiskFormat known = format.isPresent()
                ? format.get()
                : shownFormat(in.name(), FileSignature.ofBeginning(in.peek(FileSignature.HEAD)));
        return known.streamer().open(in, size);
    }

    /** The encoding of a file that is text, a disk's descriptor or a machine's definition perhaps; empty for any other. */
    public static Optional<Charset> textEncoding(Path path) throws IOException {
        try (HostFile file = HostFile.open(fileOrDevice(path))) {
            return FileSignature.of(file).textEncoding();
        }
    }

    /** A parent is a disk whatever its bytes are: its child says so. */
    private static DiskFormat shown(HostFile file, OpenOptions options) throws IOException {
        return options.children().isEmpty() ? shownImage(file) : shownFormat(file);
    }

    /** The format; refuses text, which would pass for a raw disk. */
    private static DiskFormat shownImage(HostFile file) throws IOException {
        FileSignature signature = FileSignature.of(file);
        DiskFormat shown = shownFormat(file.path(), signature);
        Optional<Charset> text = shown == DiskFormat.RAW ? signature.textEncoding() : Optional.empty();
        if (text.isPresent()) {
            String encoding = text.get().equals(StandardCharsets.ISO_8859_1)
                    ? ""
                    : " in " + text.get().name();
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    file.path(),
                    "this is text" + encoding
                            + ", no disk image; give a machine's definition to inspect or convert, and name the"
                            + " format raw if its bytes are the disk's own");
        }
        return shown;
    }

    private static DiskFormat shownFormat(HostFile file) throws IOException {
        return shownFormat(file.path(), FileSignature.of(file));
    }

    private static DiskFormat shownFormat(Path path, FileSignature signature) throws DiskImageException {
        DiskFormat shown = DiskFormat.shownBy(signature);
        String foreign = signature.foreign().orElse("");
        if (shown == DiskFormat.RAW && !foreign.isEmpty()) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "this is " + foreign + ", which is not read; name the format raw if its bytes are the disk's own");
        }
        return shown;
    }

    /**
     * The file to open: the path itself, or the descriptor of a disk that is a folder. Opening a pipe would wait for ever, and another
     * folder's bytes are no disk.
     */
    private static Path fileOrDevice(Path path) throws IOException {
        if (!Files.exists(path)) {
            return inArchive(path);
        }
        Path descriptor = path.resolve(FOLDERS_DESCRIPTOR);
        if (Files.isDirectory(path) && Files.isRegularFile(descriptor)) {
            return descriptor;
        }
        if (!Files.isRegularFile(path) && !isBlockDevice(path)) {
            throw new DiskImageException(
                    Kind.UNSUPPORTED,
                    path,
                    "this is neither a file nor a block device, nor a folder with a " + FOLDERS_DESCRIPTOR);
        }
        return path;
    }

    private static Path inArchive(Path path) throws IOException {
        Optional<ArchivePath> inside = ArchivePath.of(path);
        if (inside.isEmpty()) {
            throw new NoSuchFileException(path.toString(), null, "there is no such file");
        }
        if (inside.get().member().isEmpty()) {
            throw new NoSuchFileException(path.toString(), null, "there is no such file in the archive");
        }
        return path;
    }

    /**
     * The disk images in a tar archive (an OVA), as paths that {@link #open} takes: {@code web01.ova/disk1.vmdk}. Members without a
     * format's mark count where their names end as a raw image's or a CD's does.
     */
    public static List<Path> inside(Path archive) throws IOException {
        TarArchive tar = TarArchive.read(archive);
        List<Path> found = new ArrayList<>();
        for (TarMember member : tar.members()) {
            boolean cut = tar.cut().equals(Optional.of(member));
            if (isNamedAsDisk(member.leaf()) || (!cut && marked(tar, member))) {
                found.add(tar.pathOf(member));
            }
        }
        return found;
    }

    /** Whether a name ends as a raw image's or a CD's does. */
    static boolean isNamedAsDisk(String leaf) {
        String lower = leaf.toLowerCase(Locale.ROOT);
        return RAW_ENDINGS.stream().anyMatch(lower::endsWith);
    }

    private static boolean marked(TarArchive tar, TarMember member) throws IOException {
        try (HostFile file = tar.open(member)) {
            return DiskFormat.shownBy(FileSignature.of(file)) != DiskFormat.RAW;
        }
    }

    static boolean isBlockDevice(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                && ((int) Files.getAttribute(path, "unix:mode") & TYPE) == BLOCK_DEVICE;
    }

    /**
     * Begins a new image.
     *
     * @param path where no file may be yet; of a pipe, what messages call it
     * @param size the size that the guest will see, in bytes
     * @throws OutputException where the place refuses
     * @throws DiskImageException of kind REQUEST where the format has no such image: of this size, with these options
     */
    public static ImageWriter create(Path path, DiskFormat format, long size, CreateOptions options)
            throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("a disk cannot have " + size + " bytes");
        }
        if (options.pipe().isEmpty() && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new OutputException(path, "is there already", null);
        }
        ImageWriter writer = writer(path, format, size, options);
        if (options.pipe().isPresent() && !writer.sequential()) {
            throw new AssertionError(format + " goes back in a pipe");
        }
        return writer;
    }

    private static ImageWriter writer(Path path, DiskFormat format, long size, CreateOptions options)
            throws IOException {
        try {
            return format.creator().create(path, size, options);
        } catch (DiskImageException e) {
            throw ofNewImage(
                    e,
                    path,
                    options.becoming().map(CreateOptions.Becoming::path).orElse(path));
        }
    }

    /**
     * The same error, of a request that the format of a new image cannot fulfil, if it is that.
     *
     * @param path the name that the image has until it is complete
     * @param named the name that the user gave it
     */
    static DiskImageException ofNewImage(DiskImageException e, Path path, Path named) {
        String prefix = path + ": ";
        String message = String.valueOf(e.getMessage());
        if (e.kind() != Kind.UNSUPPORTED || !message.startsWith(prefix)) {
            return e;
        }
        DiskImageException request = new DiskImageException(Kind.REQUEST, named, message.substring(prefix.length()));
        request.initCause(e);
        return request;
    }
}
