package dev.bothways.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class OverlayChangesTest {

    @Test
    void tellsTheRunsThatWereWrittenToInWholePages() throws Exception {
        try (MemoryDisk base = new MemoryDisk(20_000);
                OverlayDisk overlay = new OverlayDisk(base)) {
            assertThat(overlay.changes()).isEmpty();

            overlay.write(4095, ByteBuffer.wrap(new byte[] {1, 2}));
            overlay.write(19_999, ByteBuffer.wrap(new byte[] {3}));

            assertThat(overlay.changes()).containsExactly(new Extent.Data(0, 8192), new Extent.Data(16_384, 3616));
        }
    }
}
