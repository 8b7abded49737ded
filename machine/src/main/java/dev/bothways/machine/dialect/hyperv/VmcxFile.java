package dev.bothways.machine.dialect.hyperv;

import dev.bothways.machine.DefinitionException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code .vmcx}: the key-value store of Hyper-V since Windows Server 2016, version 0x400. Microsoft describes it nowhere; the
 * layout is in {@code docs/formats/vmcx.md}. A file whose last writing was cut off is read as if it had been finished.
 */
final class VmcxFile {
    /** Real ones have some 80 KiB; a saved state has the same layout and gigabytes. */
    private static final int LARGEST = 4 << 20;

    private static final int DEEPEST = 64;
    private static final VmcxKeys.Place ROOT = new VmcxKeys.Place(0, 0);

    private final VmcxBytes in;
    private final Map<VmcxKeys.Place, List<VmcxKeys.Entry>> byParent = new HashMap<>();
    private int linked;

    private VmcxFile(VmcxBytes in) {
        this.in = in;
    }

    /** Whether the beginning looks like such a file. */
    static boolean recognizes(byte[] content) {
        VmcxBytes in = new VmcxBytes(content, "");
        try {
            return (in.holds(0, Integer.BYTES) && in.u32(0) == VmcxHeader.SIGNATURE)
                    || (in.holds(VmcxHeader.SECOND, Integer.BYTES)
                            && in.u32(VmcxHeader.SECOND) == VmcxHeader.SIGNATURE);
        } catch (DefinitionException e) {
            throw new AssertionError("both places were checked", e);
        }
    }

    /** The root of the tree. */
    static HypervNode read(byte[] content, String fileName) throws DefinitionException {
        if (content.length > LARGEST) {
            throw DefinitionException.of(
                    fileName,
                    "has " + content.length + " bytes, and a definition of Hyper-V has at most " + LARGEST
                            + "; is it a saved state (.vmrs)?");
        }
        VmcxBytes found = new VmcxBytes(content, fileName);
        VmcxHeader header = VmcxHeader.read(found);
        VmcxLog log = VmcxLog.read(found, header.logOffset(), header.logSize(), VmcxObjects.FIRST);
        VmcxBytes whole = new VmcxBytes(log.applied(content), fileName);
        return new VmcxFile(whole).root(VmcxObjects.read(whole));
    }

    private HypervNode root(VmcxObjects objects) throws DefinitionException {
        for (VmcxObjects.Range range : objects.logs()) {
            if (!VmcxLog.read(in, range.offset(), range.size(), VmcxObjects.FIRST)
                    .entries()
                    .isEmpty()) {
                throw in.malformed(
                        range.offset(), "there is a second log to be written; start the machine once on Hyper-V");
            }
        }
        int entries = 0;
        Map<Long, Integer> longValues = new HashMap<>();
        objects.files().forEach(range -> longValues.put((long) range.offset(), range.size()));
        for (VmcxKeys table : tables(objects)) {
            for (VmcxKeys.Entry entry :
                    table.entries(in, (at, offset, size) -> longValue(longValues, at, offset, size))) {
                VmcxKeys.Place parent = entry.parent().index() == 0 ? ROOT : entry.parent();
                byParent.computeIfAbsent(parent, any -> new ArrayList<>()).add(entry);
                entries++;
            }
        }
        List<VmcxKeys.Entry> roots = byParent.getOrDefault(ROOT, List.of());
        if (roots.size() != 1) {
            throw in.malformed("has " + roots.size() + " roots of its keys, and a definition has one; copy it again");
        }
        HypervNode root = node(roots.getFirst(), 0);
        if (linked != entries) {
            throw in.malformed("has keys that belong to no other, or to each other; copy it again");
        }
        return root;
    }

    /** Of each index the table written last. All together are no longer than the file, so that reading them ends soon. */
    private Iterable<VmcxKeys> tables(VmcxObjects objects) throws DefinitionException {
        long total = 0;
        Map<Integer, VmcxKeys> newest = new LinkedHashMap<>();
        for (VmcxObjects.Range range : objects.keyTables()) {
            total += range.size();
            if (total > in.size()) {
                throw in.malformed("has tables of keys that lie in one another; copy it again");
            }
            VmcxKeys table = VmcxKeys.read(in, range);
            newest.merge(
                    table.index(),
                    table,
                    (one, other) -> (short) (other.sequence() - one.sequence()) > 0 ? other : one);
        }
        return newest.values();
    }

    /** Each object is given once, so that all values together are no longer than the file. */
    private byte[] longValue(Map<Long, Integer> sizes, long entry, long offset, long size) throws DefinitionException {
        Integer most = sizes.remove(offset);
        if (most == null || size > most) {
            throw in.malformed(entry, "a key's value is said to lie where no object for it is; copy the file again");
        }
        return in.copy(offset, size);
    }

    private HypervNode node(VmcxKeys.Entry entry, int depth) throws DefinitionException {
        if (depth > DEEPEST) {
            throw in.malformed("has keys more than " + DEEPEST + " deep; copy it again");
        }
        linked++;
        List<VmcxKeys.Entry> entries = byParent.getOrDefault(entry.place(), List.of());
        if (entry.value().isPresent() && !entries.isEmpty()) {
            throw in.malformed("has keys below the value " + entry.name() + "; copy it again");
        }
        List<HypervNode> children = new ArrayList<>();
        for (VmcxKeys.Entry child : entries.stream()
                .sorted(Comparator.comparingLong(VmcxKeys.Entry::order))
                .toList()) {
            children.add(node(child, depth + 1));
        }
        return new HypervNode(entry.name(), entry.value(), children, 0);
    }
}
