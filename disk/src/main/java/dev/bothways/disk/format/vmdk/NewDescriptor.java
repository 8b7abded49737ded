package dev.bothways.disk.format.vmdk;

import dev.bothways.disk.format.mapped.DerivedUuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The descriptor of a new disk.
 *
 * @param name the leaf of the path that the disk will have
 * @param size what the guest sees, in bytes
 * @param adapter what the disk hangs on: {@code ide}, {@code lsilogic} ...
 * @param hardware the oldest virtual hardware that takes it
 * @param parent the disk below
 */
record NewDescriptor(
        VmdkSubformat subformat,
        String name,
        long size,
        String adapter,
        String hardware,
        String identity,
        Optional<ParentLink> parent) {

    private static final long GIBIBYTE = 1L << 30;
    private static final int MOST_IDE_CYLINDERS = 16383;

    /** How a disk names the one below. */
    record ParentLink(long cid, String hint) {}

    /** Heads and sectors a track, as the firmware of the adapter tells old guests. */
    private record Tracks(int heads, int sectors) {}

    /** The name without its ending. */
    String base() {
        int dot = name.length() - ".vmdk".length();
        return dot > 0 && name.substring(dot).equalsIgnoreCase(".vmdk") ? name.substring(0, dot) : name;
    }

    private UUID contentId() {
        String parents = parent.map(link -> Long.toHexString(link.cid)).orElse("");
        return DerivedUuid.of("vmdk" + parents, identity, size);
    }

    /** The id of the content: neither "none" nor one of the highest, which VMware keeps for itself. */
    long cid() {
        return Math.max(1, contentId().getLeastSignificantBits() & 0x7FFF_FFFFL);
    }

    private Tracks tracks() {
        if (adapter.equals("ide")) {
            return new Tracks(16, 63);
        }
        if (size < GIBIBYTE) {
            return new Tracks(64, 32);
        }
        return size < 2 * GIBIBYTE ? new Tracks(128, 32) : new Tracks(255, 63);
    }

    /** The text, with a line for each of these extents: sizes in bytes, in order. */
    String text(List<Long> extents) {
        List<String> lines = new ArrayList<>();
        lines.add(VmdkDescriptor.MARK);
        lines.add("version=1");
        lines.add("encoding=\"UTF-8\"");
        lines.add("CID=%08x".formatted(cid()));
        lines.add("parentCID=%08x".formatted(parent.map(ParentLink::cid).orElse(VmdkDescriptor.NO_CID)));
        parent.ifPresent(link -> lines.add("parentFileNameHint=\"" + link.hint + "\""));
        lines.add("createType=\"" + subformat.label() + "\"");
        lines.add("");
        lines.add("# Extent description");
        for (int i = 0; i < extents.size(); i++) {
            String file = subformat.hasExtentFiles() ? subformat.extentName(base(), i + 1) : name;
            lines.add("RW %d %s \"%s\"%s"
                    .formatted(
                            extents.get(i) / SparseHeader.SECTOR,
                            subformat.extentType(),
                            file,
                            subformat.extentType().equals("FLAT") ? " 0" : ""));
        }
        addDatabase(lines);
        return String.join("\n", lines) + "\n";
    }

    private void addDatabase(List<String> lines) {
        Tracks tracks = tracks();
        long cylinders = size / SparseHeader.SECTOR / ((long) tracks.heads * tracks.sectors);
        if (adapter.equals("ide")) {
            cylinders = Math.min(cylinders, MOST_IDE_CYLINDERS);
        }
        UUID id = contentId();
        lines.add("");
        lines.add("# The Disk Data Base");
        lines.add("#DDB");
        lines.add("");
        lines.add("ddb.adapterType = \"" + adapter + "\"");
        lines.add("ddb.geometry.cylinders = \"" + cylinders + "\"");
        lines.add("ddb.geometry.heads = \"" + tracks.heads + "\"");
        lines.add("ddb.geometry.sectors = \"" + tracks.sectors + "\"");
        lines.add("ddb.longContentID = \"%016x%08x%08x\""
                .formatted(id.getMostSignificantBits(), id.getLeastSignificantBits() >>> 32, cid()));
        lines.add("ddb.toolsVersion = \"2147483647\""); // Tools of the guest's own, not VMware's.
        lines.add("ddb.virtualHWVersion = \"" + hardware + "\"");
    }
}
