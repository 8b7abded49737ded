package dev.bothways.guest.fixup;

import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.FileSystem;
import dev.bothways.filesystem.NewFile;
import dev.bothways.filesystem.VolumeException;
import dev.bothways.filesystem.WritableFileSystem;
import dev.bothways.filesystem.partition.PartitionTable;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.GuestException;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.Place;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.grub.GrubBiosInstaller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that must change in a guest and on its disks for it to run on the target, decided but not done.
 *
 * @param attached the disks as they are attached now
 * @param guest the guest as it was found; empty where nothing inside is touched
 * @param edits changes to its files, in the order in which they are made
 * @param layout how its disks will be laid out
 * @param bootLoader the boot loader to put onto a disk, where one is needed
 * @param warnings what someone should know or look at, a sentence each
 * @param blockers why the guest cannot be made to run on the target, a sentence each; a plan with any is not to be applied
 */
public record FixupPlan(
        List<AttachedDisk> attached,
        Optional<LinuxGuest> guest,
        List<Edit> edits,
        DiskLayout layout,
        Optional<BootLoaderInstall> bootLoader,
        List<String> warnings,
        List<String> blockers) {
    private static final int CHUNK = 1 << 20;

    public FixupPlan {
        attached = List.copyOf(attached);
        edits = List.copyOf(edits);
        warnings = List.copyOf(warnings);
        blockers = List.copyOf(blockers);
    }

    /** The plan that changes nothing, neither inside nor on the disks: each one stays as it is. */
    public static FixupPlan untouched(List<AttachedDisk> attached) {
        List<DiskLayout.TargetDisk> disks = new ArrayList<>();
        for (int i = 0; i < attached.size(); i++) {
            disks.add(new DiskLayout.Kept(attached.get(i).device(), i));
        }
        return new FixupPlan(
                attached, Optional.empty(), List.of(), new DiskLayout(disks), Optional.empty(), List.of(), List.of());
    }

    /** Whether nothing changes, neither in a file nor on a disk. */
    public boolean isEmpty() {
        return edits.isEmpty() && !layout.changes() && bootLoader.isEmpty();
    }

    /** The edits by the file that they change: each file once. */
    public List<FileChange> fileChanges() throws IOException {
        return guest.isPresent() ? FileChange.of(edits, guest.get().files()) : List.of();
    }

    /** The names of the fix-ups that change something, in order. */
    public List<String> fixups() {
        List<String> names = new ArrayList<>();
        if (layout.changes()) {
            names.add("partition table");
        }
        edits.forEach(edit -> names.add(edit.fixup()));
        bootLoader.ifPresent(install -> names.add(install.fixup()));
        return names.stream().distinct().toList();
    }

    /**
     * Makes the edits in the guest's file systems, which must be writable, and flushes them. Nothing else is written: {@link
     * #disks} does the rest.
     *
     * @throws VolumeException where a file system cannot be written, or has no room
     * @throws GuestException where the guest has blockers
     */
    public List<AppliedEdit> apply() throws IOException {
        if (!blockers.isEmpty()) {
            throw new GuestException(GuestException.Kind.UNSUPPORTED, blockers.getFirst());
        }
        if (guest.isEmpty()) {
            return List.of();
        }
        GuestFiles files = guest.get().files();
        VolumeRoom room = VolumeRoom.before(edits, files);
        List<AppliedEdit> applied = new ArrayList<>();
        for (Edit edit : edits) {
            try {
                apply(edit, files, applied);
            } catch (VolumeException e) {
                throw room.told(edit, e);
            }
        }
        for (Volume volume : files.mounts().values()) {
            if (volume.fileSystem().orElseThrow() instanceof WritableFileSystem writable) {
                writable.flush();
            }
        }
        return applied;
    }

    private static void apply(Edit edit, GuestFiles files, List<AppliedEdit> applied) throws IOException {
        switch (edit) {
            case Edit.WriteFile write ->
                applied.add(write(edit, files, write.path(), write.after(), write.attributes()));
            case Edit.WriteFolder folder -> {
                for (Map.Entry<String, FileContent> file : folder.files().entrySet()) {
                    applied.add(write(
                            edit, files, folder.path() + "/" + file.getKey(), file.getValue(), NewFile.ROOT_FILE));
                }
            }
            case Edit.AppendFile append -> {
                Place place = files.place(append.path());
                Optional<String> before = hash(place);
                writable(place).append(place.path(), append.added().bytes());
                applied.add(new AppliedEdit(edit, append.path(), before, hash(place)));
            }
            case Edit.RemoveFile remove -> {
                Place place = files.placeOfLink(remove.path());
                Optional<String> before = hash(place);
                writable(place).remove(place.path());
                applied.add(new AppliedEdit(edit, remove.path(), before, Optional.empty()));
            }
            case Edit.MakeLink link -> {
                Place place = files.placeOfLink(link.path());
                writable(place).makeLink(place.path(), link.target(), new NewFile(0, 0, 0777));
                applied.add(new AppliedEdit(edit, link.path(), Optional.empty(), Optional.empty()));
            }
            case Edit.WriteBytes bytes -> {
                bytes.volume()
                        .bytes()
                        .write(bytes.offset(), ByteBuffer.wrap(bytes.after().bytes()));
                applied.add(new AppliedEdit(edit, bytes.path(), Optional.empty(), Optional.empty()));
            }
            case Edit.MakeDirectory directory -> {
                Place place = files.place(directory.path());
                writable(place).makeDirectory(place.path(), NewFile.ROOT_DIRECTORY);
                applied.add(new AppliedEdit(edit, directory.path(), Optional.empty(), Optional.empty()));
            }
        }
    }

    private static AppliedEdit write(Edit edit, GuestFiles files, String path, FileContent content, NewFile attributes)
            throws IOException {
        Place place = files.place(path);
        Optional<String> before = hash(place);
        writable(place).write(place.path(), content.bytes(), attributes);
        return new AppliedEdit(edit, path, before, Optional.of(content.sha256()));
    }

    private static WritableFileSystem writable(Place place) throws VolumeException {
        FileSystem fileSystem = place.volume().fileSystem().orElseThrow();
        if (fileSystem instanceof WritableFileSystem writable) {
            return writable;
        }
        throw new VolumeException(
                VolumeException.Kind.UNSUPPORTED,
                "the file system " + fileSystem.type() + " on " + place.volume().device()
                        + " can be read but not written, and " + place.path() + " on it must change");
    }

    private static Optional<String> hash(Place place) throws IOException {
        FileSystem fileSystem = place.volume().fileSystem().orElseThrow();
        Optional<FileStatus> file = fileSystem.find(place.path()).filter(FileStatus::isRegular);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = FileContent.digest();
        ByteBuffer chunk = ByteBuffer.allocate(Math.clamp(file.get().size(), 1, CHUNK));
        for (long at = 0; fileSystem.read(place.path(), at, chunk.clear()) > 0; at += chunk.limit()) {
            digest.update(chunk.flip());
        }
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * The machine's disks on the target, in order, with everything on them. To be called once, after {@link #apply}.
     *
     * <p>A disk that stays is the attached one, into which a boot loader may be written: attach overlays. The others are made
     * of the attached disks' bytes and of memory.
     */
    public List<VirtualDisk> disks() throws IOException {
        List<VirtualDisk> disks = new ArrayList<>();
        for (DiskLayout.TargetDisk disk : layout.disks()) {
            disks.add(
                    switch (disk) {
                        case DiskLayout.Kept kept -> kept(kept);
                        case DiskLayout.Wrapped wrapped -> wrapped.assemble(Volume::bytes);
                    });
        }
        if (bootLoader.isPresent()) {
            VirtualDisk disk = disks.get(bootLoader.get().disk());
            PartitionTable table = PartitionTable.read(disk)
                    .orElseThrow(() -> new IllegalStateException("a disk to boot from has a partition table by now"));
            GrubBiosInstaller.install(disk, table, bootLoader.get().image());
        }
        return disks;
    }

    private VirtualDisk kept(DiskLayout.Kept kept) throws IOException {
        VirtualDisk disk = attached.get(kept.source()).disk();
        if (kept.identity().isPresent()) {
            kept.identity().get().writeIdentity(disk);
        }
        return disk;
    }
}
