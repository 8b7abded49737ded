package dev.bothways.guest.fixup;

import dev.bothways.filesystem.FileStatus;
import dev.bothways.filesystem.NewFile;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.BootLoader;
import dev.bothways.guest.GuestFiles;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.Place;
import dev.bothways.guest.PlatformNeeds;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.bootloader.BootLoaders;
import dev.bothways.guest.linux.bootloader.GrubDefaults;
import dev.bothways.guest.network.NetworkCards;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * A plan in the making: the guest's files as they would be after what has been asked for so far. Nothing is written. Texts
 * are Latin-1, so that every byte of a file that is not meant to change stays.
 */
final class Draft {
    /** No configuration file that a boot depends on is larger. */
    private static final int LARGEST_TEXT = 8 << 20;

    private final List<AttachedDisk> attached;
    private final LinuxGuest guest;
    private final TargetHardware target;
    private final Readings readings;
    private final Optional<NetworkCards> cards;
    private final PlatformNeeds needs;
    private final List<Edit> edits = new ArrayList<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> blockers = new LinkedHashSet<>();
    private final Map<String, Planned> planned = new LinkedHashMap<>();
    private final DiskLayout layout;
    private Optional<BootLoaderInstall> bootLoader = Optional.empty();
    private String fixup = "";

    /** What will stand at a place: a file, or (with no content) nothing any more, a link or a directory. */
    private record Planned(String path, boolean present, Optional<FileContent> content) {}

    Draft(
            List<AttachedDisk> attached,
            LinuxGuest guest,
            TargetHardware target,
            DiskLayout layout,
            Readings readings,
            Optional<NetworkCards> cards) {
        this.readings = readings;
        this.cards = cards;
        this.attached = attached;
        this.guest = guest;
        this.target = target;
        this.needs = PlatformNeeds.of(target.platform());
        this.layout = layout;
    }

    /** What all plans for this guest read. */
    Readings readings() {
        return readings;
    }

    LinuxGuest guest() {
        return guest;
    }

    /** The network cards as the guest knows them now, where they are known. */
    Optional<NetworkCards> cards() {
        return cards;
    }

    TargetHardware target() {
        return target;
    }

    PlatformNeeds needs() {
        return needs;
    }

    /** How the disks will be laid out. */
    DiskLayout layout() {
        return layout;
    }

    List<Edit> edits() {
        return List.copyOf(edits);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    List<String> blockers() {
        return List.copyOf(blockers);
    }

    /** Lets a fix-up add what it asks for, under its name. */
    void run(Fixup one) throws IOException {
        fixup = one.name();
        one.draft(this);
    }

    /** Tells what could not be changed, or what someone should look at: one sentence. */
    void warn(String sentence) {
        warnings.add(sentence);
    }

    /** Tells why the guest cannot be made to run on the target: one sentence. */
    void block(String sentence) {
        blockers.add(sentence);
    }

    private GuestFiles files() {
        return guest.files();
    }

    /** The place that a path leads to, so that two paths to one file are one; the path itself where its directory is planned. */
    String key(String path) throws IOException {
        try {
            Place place = files().place(path);
            return place.volume().device() + ":" + place.path();
        } catch (NoSuchFileException e) {
            return path; // Its directory is not there yet; then no link leads to it either.
        }
    }

    /** As {@link #key}, for what stands at the path itself, be it a link. */
    private String keyOfLink(String path) throws IOException {
        try {
            Place place = files().placeOfLink(path);
            return place.volume().device() + ":" + place.path();
        } catch (NoSuchFileException e) {
            return path;
        }
    }

    /** What is planned for the path itself, or for the place that it leads to. */
    private Optional<Planned> planned(String path) throws IOException {
        Optional<Planned> own = Optional.ofNullable(planned.get(keyOfLink(path)));
        return own.isPresent() ? own : Optional.ofNullable(planned.get(key(path)));
    }

    /** Whether something stands at {@code path}, or will. */
    boolean exists(String path) throws IOException {
        Optional<Planned> change = planned(path);
        return change.isPresent() ? change.get().present() : files().exists(path);
    }

    /** Whether a directory stands at {@code path} or will. */
    boolean isDirectory(String path) throws IOException {
        Optional<Planned> change = planned(path);
        return change.isPresent()
                ? change.get().present() && change.get().content().isEmpty()
                : files().isDirectory(path);
    }

    /** The text of a regular file; empty where none stands there, or none will. */
    Optional<String> text(String path) throws IOException {
        return content(path, LARGEST_TEXT).map(FileContent::text);
    }

    /** The bytes of a regular file of at most {@code limit} bytes; empty where none stands there. */
    Optional<FileContent> content(String path, int limit) throws IOException {
        Optional<Planned> change = planned(path);
        if (change.isPresent()) {
            return change.get().content();
        }
        return files().isRegular(path) ? Optional.of(FileContent.of(files().readAll(path, limit))) : Optional.empty();
    }

    /** What the guest's boot loader would do with the files as they are planned. */
    BootLoader bootLoaderAsPlanned() throws IOException {
        return bootLoaderWith(Map.of());
    }

    /** What it would do with these texts in place of what is planned. */
    BootLoader bootLoaderWith(Map<String, String> texts) throws IOException {
        Map<String, byte[]> contents = contents();
        texts.forEach((path, text) -> contents.put(path, FileContent.of(text).bytes()));
        return BootLoaders.find(files(), guest.volumes(), attached, contents);
    }

    /** The entries of a menu of GRUB 2 as it is planned. */
    GrubDefaults defaults(String configuration) throws IOException {
        return BootLoaders.defaults(guest, configuration, contents());
    }

    private Map<String, byte[]> contents() {
        Map<String, byte[]> contents = new HashMap<>();
        for (Planned change : planned.values()) {
            // That a kernel is there matters, and not what is in it.
            change.content()
                    .ifPresent(content ->
                            contents.put(change.path(), content.size() > LARGEST_TEXT ? new byte[0] : content.bytes()));
        }
        return contents;
    }

    /** The names in a directory, those that will be there included. */
    List<String> list(String path) throws IOException {
        Set<String> names = new TreeSet<>(files().list(path));
        String prefix = path.endsWith("/") ? path : path + "/";
        for (Planned change : planned.values()) {
            if (change.path().startsWith(prefix) && change.path().indexOf('/', prefix.length()) < 0) {
                String name = change.path().substring(prefix.length());
                if (change.present()) {
                    names.add(name);
                } else {
                    names.remove(name);
                }
            }
        }
        return List.copyOf(names);
    }

    /** Whether a file is to be made here where none stands. */
    boolean isNew(String path) {
        return edits.stream()
                .anyMatch(edit -> edit instanceof Edit.WriteFile write
                        && write.path().equals(path)
                        && write.before().isEmpty());
    }

    /** Makes the file hold {@code text}; nothing happens where it does already. */
    void write(String path, String text, String reason) throws IOException {
        write(path, FileContent.of(text), NewFile.ROOT_FILE, reason);
    }

    /** Makes the file hold these bytes; nothing happens where it does already. Directories above it are made. */
    void write(String path, FileContent after, NewFile attributes, String reason) throws IOException {
        Optional<FileContent> before = content(path, Integer.MAX_VALUE - 8);
        if (before.equals(Optional.of(after))) {
            return;
        }
        makeParents(path, reason);
        edits.add(new Edit.WriteFile(fixup, path, before, after, attributes, reason));
        planned.put(key(path), new Planned(path, true, Optional.of(after)));
    }

    /** Adds bytes at the end of a file of the guest, or of one that is to be made. */
    void append(String path, FileContent added, List<String> contents, String reason) throws IOException {
        Optional<FileContent> change = planned(path).flatMap(Planned::content);
        long size = change.isPresent()
                ? change.get().size()
                : files().find(path).map(FileStatus::size).orElseThrow(() -> new NoSuchFileException(path));
        edits.add(new Edit.AppendFile(fixup, path, size, added, contents, reason));
    }

    /** Removes a file, or the link itself that stands there. */
    void remove(String path, String reason) throws IOException {
        edits.add(new Edit.RemoveFile(fixup, path, reason));
        planned.put(keyOfLink(path), new Planned(path, false, Optional.empty()));
    }

    /** Changes bytes of a volume, outside of files; {@code done} says what that means. */
    void writeBytes(Volume volume, long offset, FileContent after, String done, String reason) {
        edits.add(new Edit.WriteBytes(fixup, volume, offset, after, done, reason));
    }

    /** Makes a link where nothing stands. */
    void link(String path, String target, String reason) throws IOException {
        makeParents(path, reason);
        edits.add(new Edit.MakeLink(fixup, path, target, reason));
        planned.put(keyOfLink(path), new Planned(path, true, Optional.empty()));
    }

    /** Makes files of a folder hold these contents. */
    void writeFolder(String folder, SortedMap<String, FileContent> files, String reason) throws IOException {
        makeParents(folder + "/x", reason);
        edits.add(new Edit.WriteFolder(fixup, folder, files, reason));
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            String path = folder + "/" + file.getKey();
            planned.put(key(path), new Planned(path, true, Optional.of(file.getValue())));
        }
    }

    /** Has a boot loader put onto a disk. */
    void install(BootLoaderInstall install) {
        bootLoader = Optional.of(install);
    }

    Optional<BootLoaderInstall> bootLoader() {
        return bootLoader;
    }

    /** Whether the attached disk that {@code volume} lies on has a boot loader in its boot sector. */
    boolean bootLoaderIsInstalledOn(Volume volume) throws IOException {
        return BootLoaderInstallation.isInstalled(guest, attached.get(volume.disk()));
    }

    private void makeParents(String path, String reason) throws IOException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            String folder = path.substring(0, slash);
            if (!exists(folder)) {
                edits.add(new Edit.MakeDirectory(fixup, folder, reason));
                planned.put(key(folder), new Planned(folder, true, Optional.empty()));
            }
        }
    }
}
