package dev.bothways.guest.linux.initramfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioWriterTest {

    private static byte[] sample() {
        CpioWriter writer = new CpioWriter();
        writer.directory("conf");
        writer.file("conf/modules", "hv_storvsc\n".getBytes(StandardCharsets.UTF_8));
        writer.file("empty", new byte[0]);
        return writer.finish();
    }

    @Test
    void cpioUnpacksWhatItWrites(@TempDir Path folder) throws IOException {
        Oracle cpio = Oracle.require("cpio");
        Path archive = Files.write(folder.resolve("a.cpio"), sample());
        Oracle.Result listing = cpio.run("-t", "-F", archive).orFail();
        assertThat(listing.output().lines()).contains("conf", "conf/modules", "empty");

        Path out = Files.createDirectory(folder.resolve("out"));
        cpio.run("-i", "-D", out, "-F", archive).orFail();
        assertThat(out.resolve("conf/modules")).hasContent("hv_storvsc\n");
        assertThat(out.resolve("empty")).isEmptyFile();
    }

    @Test
    void givesTheSameBytesEveryTimeAtAMultipleOfFour() {
        assertThat(sample()).isEqualTo(sample());
        assertThat(sample().length % 4).isZero();
    }
}
