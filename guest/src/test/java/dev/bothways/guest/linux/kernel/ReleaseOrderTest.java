package dev.bothways.guest.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReleaseOrderTest {

    @Test
    void ordersReleasesAsPeopleCount() {
        List<String> ordered = List.of(
                "2.6.18-6-xen-686",
                "4.19.0-27-amd64",
                "5.10.0-9-amd64",
                "5.10.0-28-amd64",
                "6.1-rc3",
                "6.1.0-9-amd64",
                "6.1.0-50-amd64",
                "6.1.0-50-cloud-amd64");

        assertThat(ordered.reversed().stream().sorted(new ReleaseOrder())).containsExactlyElementsOf(ordered);
    }
}
