package dev.bothways.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Seed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TablesTest {
    private static final String FSTAB = """
            # /etc/fstab: static file system information.
            /dev/xvda2\t/               ext4    errors=remount-ro,noatime 0       1
              UUID=abc none swap sw
            /dev/xvdb1 /mnt/with\\040blank ext4 defaults 0 2   # comment

            /dev/only two
            """;

    @Test
    void readsFstab() {
        List<Fstab.Entry> entries = Fstab.parse(FSTAB).entries();

        assertThat(entries)
                .containsExactly(
                        new Fstab.Entry(1, "/dev/xvda2", "/", "ext4", List.of("errors=remount-ro", "noatime"), 1),
                        new Fstab.Entry(2, "UUID=abc", "none", "swap", List.of("sw"), 0),
                        new Fstab.Entry(3, "/dev/xvdb1", "/mnt/with blank", "ext4", List.of("defaults"), 2));
    }

    @Test
    void changesOneFieldAndNothingElse() {
        Fstab fstab = Fstab.parse(FSTAB);

        assertThat(fstab.text()).isEqualTo(FSTAB);
        assertThat(fstab.with(fstab.entries().getFirst(), 0, "UUID=1-2").text())
                .isEqualTo(FSTAB.replace("/dev/xvda2", "UUID=1-2"));
        assertThat(fstab.with(fstab.entries().getLast(), 0, "LABEL=a b").text())
                .isEqualTo(FSTAB.replace("/dev/xvdb1", "LABEL=a\\040b"));
    }

    @Test
    void readsCrypttab() {
        Crypttab crypttab = Crypttab.parse("# name source\nswap /dev/xvda3 /dev/urandom swap\n");

        assertThat(crypttab.entries())
                .containsExactly(new Crypttab.Entry(1, "swap", "/dev/xvda3", "/dev/urandom", "swap"));
        assertThat(crypttab.with(crypttab.entries().getFirst(), 1, "UUID=1").text())
                .isEqualTo("# name source\nswap UUID=1 /dev/urandom swap\n");
    }

    @Test
    void keepsEveryTextAsItIs() {
        Seed seed = Seed.of(31);
        Random random = seed.random();
        String pieces = " \t\n\r#\\01234/=aü,\u0000";
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces.charAt(random.nextInt(pieces.length())));
            }
            Fstab fstab = Fstab.parse(text.toString());
            assertThat(fstab.text()).as(seed.toString()).isEqualTo(text.toString());
            for (Fstab.Entry entry : fstab.entries()) {
                Fstab changed = fstab.with(entry, 0, "UUID=new");
                assertThat(changed.entries().stream()
                                .filter(other -> other.line() == entry.line())
                                .map(Fstab.Entry::source))
                        .as(seed.toString())
                        .containsExactly("UUID=new");
            }
        }
    }
}
