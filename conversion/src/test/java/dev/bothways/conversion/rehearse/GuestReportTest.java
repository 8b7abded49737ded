package dev.bothways.conversion.rehearse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuestReportTest {
    private static final List<String> WHOLE = List.of(
            "root sda1",
            "root-driver sd",
            "root-driver ata_piix",
            "nic eth0 00:16:3e:01:02:03 tulip up 10.0.2.15/24 fec0::1/64 ",
            "nic eth1 00:16:3e:01:02:04 tulip down ",
            "failed ssh.service",
            "unmounted /srv",
            "end");

    @Test
    void readsAWholeReport() {
        GuestReport report = GuestReport.parse(WHOLE).orElseThrow();
        assertThat(report)
                .isEqualTo(new GuestReport(
                        "sda1",
                        List.of("sd", "ata_piix"),
                        List.of(
                                new GuestReport.Nic(
                                        "eth0",
                                        "00:16:3e:01:02:03",
                                        "tulip",
                                        "up",
                                        List.of("10.0.2.15/24", "fec0::1/64")),
                                new GuestReport.Nic("eth1", "00:16:3e:01:02:04", "tulip", "down", List.of())),
                        List.of("ssh.service"),
                        List.of("/srv")));
    }

    @Test
    void aReportThatWasCutIsNone() {
        for (int lines = 0; lines < WHOLE.size(); lines++) {
            assertThat(GuestReport.parse(WHOLE.subList(0, lines))).isEmpty();
        }
    }

    @Test
    void passesOverLinesOfOthers() {
        List<String> lines =
                List.of("", "[    1.2] nic: eth9 is up", "nic eth0", "root sda1\r", "  ", "endless", "failed", "end\r");
        GuestReport report = GuestReport.parse(lines).orElseThrow();
        assertThat(report.rootDevice()).isEqualTo("sda1");
        assertThat(report.nics()).isEmpty();
    }

    @Test
    void theScriptIsOneThatAShellOfAnyGuestReads(@TempDir Path folder) throws IOException {
        Path script = Files.writeString(folder.resolve("report.sh"), GuestReport.SCRIPT_TEXT);
        Oracle.Result result = Oracle.require("sh").run("-n", script);
        assertThat(result.output()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }
}
