package dev.bothways.machine.dialect.ovf;

import dev.bothways.machine.dialect.xml.XmlElement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Collects what an envelope lists before its machine: files, disks and networks. */
final class PackageWriter {
    private static final String STREAM = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";
    private static final Map<String, String> FORMATS = Map.of(
            "vmdk", STREAM,
            "vhd", "http://technet.microsoft.com/en-us/virtualserver/bb676673.aspx#vhd",
            "vhdx", "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-vhdx",
            "qcow2", "https://www.qemu.org/docs/master/interop/qcow2.html",
            "vdi", "https://www.virtualbox.org/wiki/Virtualization#vdi",
            "raw", "http://en.wikipedia.org/wiki/Byte");

    private final Map<String, Long> sizes;
    private final SequencedMap<String, String> files = new LinkedHashMap<>();
    private final XmlElement.Builder disks =
            XmlElement.builder(OvfNamespaces.OVF, "DiskSection").child("Info", "Virtual disk information");
    private final SequencedSet<String> networks = new LinkedHashSet<>();
    private final Map<Content, String> diskIds = new HashMap<>();
    private int diskCount;

    /** What two drives have in common that are drives of one disk. */
    private record Content(String href, OptionalLong capacity, String format) {}

    /** @param sizes of files by their names, in bytes, as far as they are known */
    PackageWriter(Map<String, Long> sizes) {
        this.sizes = sizes;
    }

    /** The id of a file. */
    String file(String href) {
        return files.computeIfAbsent(href, key -> "file" + (files.size() + 1));
    }

    /** The id of a disk; without a file it is made empty. Drives with the same file get the same disk. */
    String disk(Optional<String> href, OptionalLong capacity, String format) {
        return href.isEmpty()
                ? newDisk(href, capacity, format)
                : diskIds.computeIfAbsent(
                        new Content(href.get(), capacity, format), content -> newDisk(href, capacity, format));
    }

    private String newDisk(Optional<String> href, OptionalLong capacity, String format) {
        String id = "vmdisk" + ++diskCount;
        XmlElement.Builder disk = XmlElement.builder(OvfNamespaces.OVF, "Disk")
                .attribute(OvfNamespaces.OVF, "capacity", capacity.orElseThrow())
                .attribute(OvfNamespaces.OVF, "capacityAllocationUnits", "byte")
                .attribute(OvfNamespaces.OVF, "diskId", id);
        href.ifPresent(path -> disk.attribute(OvfNamespaces.OVF, "fileRef", file(path)));
        if (FORMATS.containsKey(format)) {
            disk.attribute(OvfNamespaces.OVF, "format", FORMATS.get(format));
        }
        disks.child(disk);
        return id;
    }

    void network(String name) {
        networks.add(name);
    }

    XmlElement references() {
        XmlElement.Builder references = XmlElement.builder(OvfNamespaces.OVF, "References");
        files.forEach((href, id) -> {
            XmlElement.Builder file = XmlElement.builder(OvfNamespaces.OVF, "File")
                    .attribute(OvfNamespaces.OVF, "href", href)
                    .attribute(OvfNamespaces.OVF, "id", id);
            if (sizes.containsKey(href)) {
                file.attribute(OvfNamespaces.OVF, "size", sizes.get(href));
            }
            references.child(file);
        });
        return references.build();
    }

    Optional<XmlElement> disks() {
        return diskCount == 0 ? Optional.empty() : Optional.of(disks.build());
    }

    Optional<XmlElement> networks() {
        if (networks.isEmpty()) {
            return Optional.empty();
        }
        XmlElement.Builder section =
                XmlElement.builder(OvfNamespaces.OVF, "NetworkSection").child("Info", "The list of logical networks");
        for (String name : networks) {
            section.child(XmlElement.builder(OvfNamespaces.OVF, "Network")
                    .attribute(OvfNamespaces.OVF, "name", name)
                    .child("Description", "The " + name + " network"));
        }
        return Optional.of(section.build());
    }
}
