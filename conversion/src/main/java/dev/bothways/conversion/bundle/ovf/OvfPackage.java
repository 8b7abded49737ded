package dev.bothways.conversion.bundle.ovf;

import dev.bothways.conversion.ConversionException;
import dev.bothways.disk.DiskFormat;
import dev.bothways.disk.DiskImages;
import dev.bothways.disk.HostFile;
import dev.bothways.disk.archive.TarArchive;
import dev.bothways.disk.archive.TarMember;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The files of an OVF package, in a folder or in an OVA, where they are read in place: every path here is one that {@link
 * HostFile#open} takes.
 */
public final class OvfPackage {
    private static final int LARGEST_DESCRIPTOR = 4 << 20;
    private static final int LARGEST_MANIFEST = 4 << 20;

    private final Path descriptor;
    private final Optional<TarArchive> archive;
    private final List<String> warnings;

    private OvfPackage(Path descriptor, Optional<TarArchive> archive, List<String> warnings) {
        this.descriptor = descriptor;
        this.archive = archive;
        this.warnings = List.copyOf(warnings);
    }

    /** Whether a file is an archive with an envelope in it. */
    public static boolean isArchive(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (HostFile opened = HostFile.open(file)) {
            if (!TarArchive.isArchive(opened)) {
                return false;
            }
        }
        return TarArchive.read(file).members().stream().anyMatch(OvfPackage::isEnvelope);
    }

    private static boolean isEnvelope(TarMember member) {
        return member.name().toLowerCase(Locale.ROOT).endsWith(".ovf");
    }

    /**
     * The package of an OVA or of an envelope in a folder.
     *
     * @throws ConversionException where the archive has no envelope
     * @throws dev.bothways.disk.DiskImageException where the archive is malformed or unsafe
     */
    public static OvfPackage of(Path file) throws IOException {
        try (HostFile opened = HostFile.open(file)) {
            if (!TarArchive.isArchive(opened)) {
                return new OvfPackage(file, Optional.empty(), List.of());
            }
        }
        TarArchive archive = TarArchive.read(file);
        List<TarMember> envelopes =
                archive.members().stream().filter(OvfPackage::isEnvelope).toList();
        if (envelopes.isEmpty()) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE, file + " is an archive without an OVF envelope in it");
        }
        List<String> warnings = new ArrayList<>();
        if (envelopes.size() > 1) {
            warnings.add(file + ": there are " + envelopes.size() + " envelopes in it; the first is read, "
                    + envelopes.getFirst().name());
        }
        archive.cut()
                .ifPresent(cut -> warnings.add(
                        file + ": the archive ends within " + cut.name() + "; copy it again from where it came from"));
        return new OvfPackage(archive.pathOf(envelopes.getFirst()), Optional.of(archive), warnings);
    }

    /** The envelope. */
    public Path descriptor() {
        return descriptor;
    }

    /** Whether all is in one archive. */
    public boolean archived() {
        return archive.isPresent();
    }

    /** What is odd about the archive, a sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** The envelope's bytes. */
    public byte[] envelope() throws IOException {
        return bytes(descriptor, LARGEST_DESCRIPTOR, "an envelope");
    }

    /**
     * A file by what the envelope or manifest calls it, seen from the envelope: as it stands, or with its escapes of URIs undone; in
     * an archive, if there is none there, the only one of its name.
     */
    public Optional<Path> file(String href) throws IOException {
        for (String name : List.of(href, decoded(href))) {
            Optional<Path> found = archive.isPresent() ? member(archive.get(), name) : besides(name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Path> member(TarArchive tar, String name) throws IOException {
        String folder = tar.path().relativize(descriptor).toString().replace('\\', '/');
        String beside = folder.substring(0, folder.lastIndexOf('/') + 1) + name;
        Optional<TarMember> found = tar.member(beside).or(() -> tar.member(name));
        if (found.isEmpty()) {
            String leaf = name.substring(name.lastIndexOf('/') + 1);
            List<TarMember> same = tar.members().stream()
                    .filter(member -> member.leaf().equals(leaf))
                    .toList();
            found = same.size() == 1 ? Optional.of(same.getFirst()) : Optional.empty();
        }
        return found.isPresent() ? Optional.of(tar.pathOf(found.get())) : Optional.empty();
    }

    /** Only what really lies in the envelope's folder. */
    private Optional<Path> besides(String name) throws IOException {
        Path folder = Optional.ofNullable(descriptor.toRealPath().getParent()).orElseThrow();
        try {
            Path file = folder.resolve(name);
            boolean inside = Files.isRegularFile(file) && file.toRealPath().startsWith(folder);
            return inside ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    static String decoded(String href) {
        try {
            return URLDecoder.decode(href.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return href; // A percent sign that is one.
        }
    }

    /** The manifest's path: it has the envelope's name, with another ending. */
    private Optional<Path> companion(String ending) throws IOException {
        String name = String.valueOf(descriptor.getFileName());
        String stem = name.substring(0, name.lastIndexOf('.') + 1);
        Optional<Path> named = file(stem + ending);
        if (named.isPresent() || archive.isEmpty()) {
            return named;
        }
        List<TarMember> others = archive.get().members().stream()
                .filter(member -> member.name().toLowerCase(Locale.ROOT).endsWith("." + ending))
                .toList();
        return others.size() == 1 ? Optional.of(archive.get().pathOf(others.getFirst())) : Optional.empty();
    }

    /** The manifest, if the package has one. */
    public Optional<OvfManifest> manifest() throws IOException {
        Optional<Path> file = companion("mf");
        return file.isPresent()
                ? Optional.of(OvfManifest.read(bytes(file.get(), LARGEST_MANIFEST, "a manifest"), file.get()))
                : Optional.empty();
    }

    /**
     * Checks what is small: the certificate's signature of the manifest, and the manifest's digest of the envelope.
     *
     * @return what is odd and may be so, a sentence each
     * @throws ConversionException where the signature or the digest is wrong
     */
    public List<String> checkEnvelope(Instant now) throws IOException {
        List<String> odd = new ArrayList<>(signature(now));
        Optional<OvfManifest> manifest = manifest();
        if (manifest.isEmpty()) {
            return odd;
        }
        String name = String.valueOf(descriptor.getFileName());
        Optional<OvfManifest.Entry> entry = manifest.get().entry(name);
        if (entry.isEmpty()) {
            odd.add(descriptor + ": the manifest does not list the envelope, so nothing shows that it is unchanged");
        } else if (!matches(entry.get(), descriptor, count -> {})) {
            throw new ConversionException(
                    ConversionException.Kind.SOURCE,
                    descriptor + " is not the envelope that the manifest has the digest of: it was changed since;"
                            + " get the package again, or remove the manifest if the change was meant");
        }
        return odd;
    }

    private List<String> signature(Instant now) throws IOException {
        Optional<Path> file = companion("cert");
        if (file.isEmpty()) {
            return List.of();
        }
        Optional<Path> manifest = companion("mf");
        if (manifest.isEmpty()) {
            return List.of(file.get() + ": there is no manifest that this certificate could be of");
        }
        OvfCertificate certificate =
                OvfCertificate.read(bytes(file.get(), LARGEST_MANIFEST, "a certificate"), file.get());
        return certificate.verify(bytes(manifest.get(), LARGEST_MANIFEST, "a manifest"), now);
    }

    /**
     * Compares all files of the package with the manifest, reading each once.
     *
     * @param progress gets the bytes read since it was called last
     * @return what differs, a sentence each that names the file; empty where all is right, or there is no manifest
     */
    public List<String> differing(LongConsumer progress) throws IOException {
        List<String> wrong = new ArrayList<>();
        Optional<OvfManifest> manifest = manifest();
        for (OvfManifest.Entry entry : manifest.map(OvfManifest::entries).orElse(List.of())) {
            Optional<Path> file = file(entry.file());
            if (file.isEmpty()) {
                wrong.add(descriptor + ": the manifest lists " + entry.file() + ", which is not in the package");
            } else if (!matches(entry, file.get(), progress)) {
                wrong.add(file.get() + " is not the file that the manifest has the " + entry.algorithm()
                        + " digest of; get the package again");
            }
        }
        return wrong;
    }

    private static boolean matches(OvfManifest.Entry entry, Path file, LongConsumer progress) throws IOException {
        try (HostFile opened = HostFile.open(file)) {
            return entry.matches(new FileStream(opened, progress));
        }
    }

    private static byte[] bytes(Path file, int most, String what) throws IOException {
        try (HostFile opened = HostFile.open(file)) {
            if (opened.size() > most) {
                throw new ConversionException(
                        ConversionException.Kind.SOURCE,
                        file + " has " + opened.size() + " bytes, and " + what + " has at most " + most);
            }
            byte[] bytes = new byte[(int) opened.size()];
            opened.read(0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    /** The disk images among the package's files, for listings: in an archive all that look like one. */
    public List<Path> images() throws IOException {
        if (archive.isPresent()) {
            return DiskImages.inside(archive.get().path());
        }
        Path folder =
                Optional.ofNullable(descriptor.toAbsolutePath().getParent()).orElseThrow();
        try (var files = Files.list(folder)) {
            return files.filter(file -> DiskFormat.wantedBy(file).isPresent())
                    .sorted()
                    .toList();
        }
    }
}
