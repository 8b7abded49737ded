package dev.bothways.disk.format.vmdk;

import java.util.Arrays;
import java.util.List;

/** The kinds of disks that are written, by VMware's names for them. */
enum VmdkSubformat {
    /** One file, which grows. */
    MONOLITHIC_SPARSE("monolithicSparse", "SPARSE", "", false),
    /** One compressed file, to be sent; what OVF and OVA hold, and ESXi takes. */
    STREAM_OPTIMIZED("streamOptimized", "SPARSE", "", false),
    /** A descriptor and one file with the bytes as they are. */
    MONOLITHIC_FLAT("monolithicFlat", "FLAT", "-flat", false),
    /** The same in the words of ESXi. */
    VMFS("vmfs", "VMFS", "-flat", false),
    /** A descriptor and files of 2 GiB at most, which grow. */
    TWO_GB_SPARSE("twoGbMaxExtentSparse", "SPARSE", "-s%03d", true),
    /** A descriptor and files of 2 GiB at most with the bytes as they are. */
    TWO_GB_FLAT("twoGbMaxExtentFlat", "FLAT", "-f%03d", true);

    /** As VMware cuts disks: 2047 MiB. */
    private static final long SPLIT_BYTES = 2047L << 20;

    private final String label;
    private final String extentType;
    private final String suffix;
    private final boolean split;

    VmdkSubformat(String label, String extentType, String suffix, boolean split) {
        this.label = label;
        this.extentType = extentType;
        this.suffix = suffix;
        this.split = split;
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(VmdkSubformat::label).toList();
    }

    static VmdkSubformat labelled(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label.equals(label))
                .findFirst()
                .orElseThrow();
    }

    String label() {
        return label;
    }

    String extentType() {
        return extentType;
    }

    boolean isFlat() {
        return this == MONOLITHIC_FLAT || this == VMFS || this == TWO_GB_FLAT;
    }

    boolean isSparse() {
        return this == MONOLITHIC_SPARSE || this == TWO_GB_SPARSE;
    }

    /** Whether the descriptor is a file of its own. */
    boolean hasExtentFiles() {
        return !suffix.isEmpty();
    }

    /** How long an extent is at most, in bytes. */
    long mostExtentBytes() {
        return split ? SPLIT_BYTES : Long.MAX_VALUE;
    }

    /** The name of extent {@code number}, from 1 on, of a disk whose name without ending is {@code base}. */
    String extentName(String base, int number) {
        return base + suffix.formatted(number) + ".vmdk";
    }
}
