package dev.bothways.disk.format.packed;

/** What stands around deflated data. */
public enum DeflateWrapping {
    /** Nothing: RFC 1951, as in qcow2. */
    RAW,
    /** Two bytes in front and a checksum behind: RFC 1950, as in VMDK. */
    ZLIB;

    /** In front: a window of 32 KiB, the usual effort. */
    static final short ZLIB_HEADER = 0x789c;

    static final int ZLIB_HEADER_BYTES = 2;
    static final int ZLIB_TRAILER_BYTES = 4;
}
