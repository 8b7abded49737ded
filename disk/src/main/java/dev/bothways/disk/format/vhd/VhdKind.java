package dev.bothways.disk.format.vhd;

/** How a VHD holds its data. */
enum VhdKind {
    /** The bytes of the disk in order, and a footer. */
    FIXED,
    /** Only the blocks that were written. */
    DYNAMIC,
    /** Only the sectors that differ from a parent. */
    DIFFERENCING
}
