package dev.bothways.guest.fixup;

import dev.bothways.disk.MemoryDisk;
import dev.bothways.disk.VirtualDisk;
import dev.bothways.filesystem.partition.MbrEntry;
import dev.bothways.filesystem.partition.MbrTable;
import dev.bothways.guest.AttachedDisk;
import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.HostBoot;
import dev.bothways.guest.LinuxGuest;
import dev.bothways.guest.MemoryFileSystem;
import dev.bothways.guest.Volume;
import dev.bothways.guest.linux.LinuxInspection;
import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.machine.Firmware;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A Linux guest in memory: what it is made of is given, and its facts are read off its files each time it is asked for. */
final class MadeUpGuest {
    static final String UUID = "11111111-2222-4333-8444-555555555555";
    static final String SWAP_UUID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    static final String RELEASE = "6.1.0-50-amd64";
    static final String KERNEL = "/boot/vmlinuz-" + RELEASE;
    static final String INITRAMFS = "/boot/initrd.img-" + RELEASE;
    static final MacAddress MAC = new MacAddress("00:16:3e:01:02:03");

    private static final Map<Ability, String> ABILITIES = Map.of(
            Ability.XEN_PV, "XEN_PV",
            Ability.XEN_PVH, "XEN_PVH",
            Ability.XEN_PVHVM, "XEN_PVHVM",
            Ability.HYPERV, "HYPERV",
            Ability.VMWARE, "HYPERVISOR_GUEST",
            Ability.KVM, "KVM_GUEST");

    final MemoryFileSystem files = new MemoryFileSystem("ext4", UUID);
    final List<AttachedDisk> attached = new ArrayList<>();
    final List<Volume> volumes = new ArrayList<>();
    final Set<String> builtIn = new HashSet<>();
    final Set<Ability> abilities = new HashSet<>(List.of(Ability.values()));
    Optional<HostBoot> hostBoot = Optional.empty();
    Optional<NetworkCards> cards = Optional.empty();

    private MadeUpGuest() throws IOException {
        files.withDirectory("/boot");
        files.withDirectory("/etc");
        files.with("/lib/systemd/network/99-default.link", "[Match]\n");
        files.with("/lib/systemd/libsystemd-shared-252.so", "");
        files.with("/sbin/udevadm", "");
        files.with("/lib/systemd/system/serial-getty@.service", "[Unit]\n");
        files.with("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\n");
        files.with(KERNEL, "kernel");
        files.with(INITRAMFS, "");
    }

    /** The root file system on the whole of a disk. */
    static MadeUpGuest onWholeDisk(String device) throws IOException {
        MadeUpGuest guest = new MadeUpGuest();
        guest.attach(device, 64 << 20);
        guest.volumes.add(
                guest.volume(device, guest.attached.getFirst().disk(), 0, OptionalInt.empty(), Optional.empty()));
        return guest;
    }

    /** Root and swap as partitions given one by one, root first in the definition. */
    static MadeUpGuest onPartitions() throws IOException {
        MadeUpGuest guest = new MadeUpGuest();
        guest.attach("xvda2", 64 << 20);
        guest.attach("xvda1", 16 << 20);
        guest.volumes.add(
                guest.volume("xvda2", guest.attached.get(0).disk(), 0, OptionalInt.empty(), Optional.empty()));
        guest.volumes.add(swap("xvda1", guest.attached.get(1).disk(), 1, OptionalInt.empty(), Optional.empty()));
        return guest;
    }

    /** Root and swap on a disk whose first MiB has a table that nobody reads. */
    static MadeUpGuest installed(String disk) throws IOException {
        MadeUpGuest guest = new MadeUpGuest();
        guest.attach(disk, 64 << 20);
        VirtualDisk bytes = guest.attached.getFirst().disk();
        guest.volumes.add(guest.volume(disk + "1", bytes, 0, OptionalInt.of(1), Optional.of("deadbeef-01")));
        guest.volumes.add(swap(disk + "2", bytes, 0, OptionalInt.of(2), Optional.of("deadbeef-02")));
        new MbrTable(
                        512,
                        bytes.size() / 512,
                        0xdeadbeef,
                        List.of(
                                new MbrEntry(1, true, 0x83, 2048, 65536, 0),
                                new MbrEntry(2, false, 0x82, 67584, 2048, 0)),
                        List.of())
                .write(bytes);
        guest.bootCode("GRUB ");
        return guest;
    }

    /** Puts a text where boot code would be. */
    MadeUpGuest bootCode(String text) throws IOException {
        byte[] code = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), 440);
        attached.getFirst().disk().write(0, ByteBuffer.wrap(code));
        return this;
    }

    /** The same guest with a copy of its first disk as another one: {@code dd if=/dev/xvda of=/dev/xvdb}. */
    MadeUpGuest withCopyAs(String device) {
        VirtualDisk bytes = attached.getFirst().disk();
        attached.add(new AttachedDisk(device, bytes));
        for (Volume volume : List.copyOf(volumes)) {
            volumes.add(new Volume(
                    device
                            + (volume.partition().isPresent()
                                    ? volume.partition().getAsInt()
                                    : ""),
                    volume.bytes(),
                    Optional.empty(),
                    volume.type(),
                    volume.uuid(),
                    volume.label(),
                    volume.partitionUuid(),
                    volume.partitionLabel(),
                    attached.size() - 1,
                    volume.partition()));
        }
        return this;
    }

    /** The same guest with its first disk's partitions named as a GPT has it, in order. */
    MadeUpGuest withPartitionLabels(String... labels) {
        for (int i = 0; i < labels.length; i++) {
            Volume volume = volumes.get(i);
            volumes.set(
                    i,
                    new Volume(
                            volume.device(),
                            volume.bytes(),
                            volume.fileSystem(),
                            volume.type(),
                            volume.uuid(),
                            volume.label(),
                            volume.partitionUuid(),
                            Optional.of(labels[i]),
                            volume.disk(),
                            volume.partition()));
        }
        return this;
    }

    /** The same guest with its first disk's boot loader gone, and no room for one: the disk gets a new table. */
    MadeUpGuest withoutRoomForABootLoader() throws IOException {
        bootCode("");
        VirtualDisk bytes = attached.getFirst().disk();
        new MbrTable(
                        512,
                        bytes.size() / 512,
                        0xdeadbeef,
                        List.of(
                                new MbrEntry(1, true, 0x83, 63, 65536, 0),
                                new MbrEntry(2, false, 0x82, 67584, 2048, 0)),
                        List.of())
                .write(bytes);
        return this;
    }

    private void attach(String device, long size) {
        attached.add(new AttachedDisk(device, new MemoryDisk(size)));
    }

    private Volume volume(
            String device, VirtualDisk bytes, int disk, OptionalInt partition, Optional<String> partitionUuid) {
        return new Volume(
                device,
                bytes,
                Optional.of(files),
                "ext4",
                Optional.of(UUID),
                Optional.empty(),
                partitionUuid,
                Optional.empty(),
                disk,
                partition);
    }

    private static Volume swap(
            String device, VirtualDisk bytes, int disk, OptionalInt partition, Optional<String> partitionUuid) {
        return new Volume(
                device,
                bytes,
                Optional.empty(),
                "swap",
                Optional.of(SWAP_UUID),
                Optional.empty(),
                partitionUuid,
                Optional.empty(),
                disk,
                partition);
    }

    MadeUpGuest with(String path, String text) throws IOException {
        files.with(path, text);
        return this;
    }

    MadeUpGuest withLink(String path, String target) throws IOException {
        files.withLink(path, target);
        return this;
    }

    /** A module on the disk that needs others, by path below the modules directory. */
    MadeUpGuest withModules(String... paths) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String path : paths) {
            String[] words = path.split(" ");
            lines.append(words[0]).append(':');
            Arrays.stream(words).skip(1).forEach(word -> lines.append(' ').append(word));
            lines.append('\n');
            files.with("/lib/modules/" + RELEASE + "/" + words[0], "module " + words[0]);
        }
        files.with("/lib/modules/" + RELEASE + "/modules.dep", lines.toString());
        return this;
    }

    String text(String path) throws IOException {
        return new String(files.readAll(path, 1 << 20), StandardCharsets.ISO_8859_1);
    }

    /** The facts, as inspection finds them now. */
    LinuxGuest guest() throws IOException {
        StringBuilder options = new StringBuilder();
        ABILITIES.forEach((ability, option) -> options.append(
                abilities.contains(ability) ? "CONFIG_" + option + "=y\n" : "# CONFIG_" + option + " is not set\n"));
        files.with("/boot/config-" + RELEASE, options.toString());
        StringBuilder modules = new StringBuilder();
        builtIn.stream()
                .sorted()
                .forEach(module -> modules.append("kernel/").append(module).append(".ko\n"));
        files.with("/lib/modules/" + RELEASE + "/modules.builtin", modules.toString());
        return LinuxInspection.inspect(List.copyOf(volumes), attached, hostBoot, List.of());
    }

    static TargetHardware target(Platform platform, MacAddress... macs) {
        Firmware firmware = switch (platform) {
            case HYPERV_GEN2 -> new Firmware.Uefi(false);
            case XEN_PV, XEN_PVH ->
                new Firmware.HostBootLoader("pygrub", List.of(), Optional.empty(), Optional.empty(), "");
            case XEN_HVM, HYPERV_GEN1, VMWARE, KVM, VIRTUALBOX -> new Firmware.Bios();
        };
        return new TargetHardware(
                platform,
                firmware,
                Arrays.stream(macs).map(Optional::of).map(NetworkCard::of).toList());
    }

    /** What one fix-up asks for. */
    Draft draft(Fixup fixup, TargetHardware target) throws IOException {
        return draft(fixup, target, false);
    }

    /** As the other one, maybe with hibernated systems thrown away. */
    Draft draft(Fixup fixup, TargetHardware target, boolean discardHibernation) throws IOException {
        LinuxGuest guest = guest();
        Draft draft = new Draft(
                attached,
                guest,
                target,
                new LayoutPlanner(attached, guest, target).plan(),
                new Readings(guest, Optional.empty(), discardHibernation),
                cards);
        draft.run(fixup);
        return draft;
    }

    /** Does what one fix-up asks for, and checks that it then asks for nothing more. */
    Draft apply(Fixup fixup, TargetHardware target) throws IOException {
        Draft draft = draft(fixup, target);
        plan(draft).apply();
        Collection<Edit> again = draft(fixup, target).edits();
        if (!again.isEmpty()) {
            throw new AssertionError("planned again, " + fixup.name() + " gives " + again + ":\n"
                    + again.stream()
                            .map(edit -> String.join("\n", edit.summary()))
                            .collect(java.util.stream.Collectors.joining("\n")));
        }
        return draft;
    }

    FixupPlan plan(Draft draft) {
        return new FixupPlan(
                attached,
                Optional.of(draft.guest()),
                draft.edits(),
                draft.layout(),
                draft.bootLoader(),
                draft.warnings(),
                draft.blockers());
    }
}
