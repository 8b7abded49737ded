package dev.bothways.disk.format.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A table of fixed-size entries in a file, read page by page as it is asked for. At most 16 MiB are kept however long the
 * table claims to be; a look-up in a kept page is one array access. Safe for any number of threads.
 */
public final class TablePages {
    private static final int PAGE_BYTES = 64 << 10;
    private static final int KEPT_PAGES = 256;

    private record Page(long index, ByteBuffer bytes) {}

    private final ByteSource source;
    private final long position;
    private final long entries;
    private final int entryBytes;
    private final ByteOrder order;
    private final AtomicReferenceArray<Page> kept = new AtomicReferenceArray<>(KEPT_PAGES);

    /**
     * A table of {@code entries} entries of {@code entryBytes} (4 or 8) each, from byte {@code position} of
     * {@code source} on. The caller has made sure that the table lies in the file.
     */
    public TablePages(ByteSource source, long position, long entries, int entryBytes, ByteOrder order) {
        if (entryBytes != Integer.BYTES && entryBytes != Long.BYTES) {
            throw new IllegalArgumentException("entries of " + entryBytes + " bytes");
        }
        this.source = source;
        this.position = position;
        this.entries = entries;
        this.entryBytes = entryBytes;
        this.order = order;
    }

    /** How many entries it has. */
    public long entries() {
        return entries;
    }

    /** Entry {@code index}; one of four bytes as an unsigned number. */
    public long entry(long index) throws IOException {
        Objects.checkIndex(index, entries);
        int perPage = PAGE_BYTES / entryBytes;
        Page page = page(index / perPage);
        int at = (int) (index % perPage) * entryBytes;
        return entryBytes == Integer.BYTES ? Integer.toUnsignedLong(page.bytes.getInt(at)) : page.bytes.getLong(at);
    }

    private Page page(long index) throws IOException {
        int slot = (int) (index % KEPT_PAGES);
        Page page = kept.get(slot);
        if (page != null && page.index == index) {
            return page;
        }
        long first = index * PAGE_BYTES;
        int length = (int) Math.min(PAGE_BYTES, entries * entryBytes - first);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(order);
        source.read(position + first, bytes);
        Page read = new Page(index, bytes);
        kept.set(slot, read);
        return read;
    }
}
