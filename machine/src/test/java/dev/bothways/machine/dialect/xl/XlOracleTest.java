package dev.bothways.machine.dialect.xl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.machine.DefinitionException;
import dev.bothways.machine.Disk;
import dev.bothways.machine.Medium;
import dev.bothways.testing.Seed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever Xen's own parser accepts, ours reads as the same. */
final class XlOracleTest {
    private static final int ROUNDS = 20_000;
    private static final List<String> FORMATS = List.of("unknown", "qcow", "qcow2", "vhd", "raw", "empty", "qed");
    private static final List<String> PIECES = List.of(
            "a",
            "=",
            "+=",
            "\"x\"",
            "'y'",
            "[",
            "]",
            ",",
            "\n",
            ";",
            " ",
            "1",
            "0x1f",
            "# c\n",
            "\"q\\\"\\n\"",
            "b",
            "a = ",
            "[ ",
            " ]",
            "\\",
            "''",
            "\"a,b\"");
    private static final List<String> DISK_PIECES = List.of(
            ",",
            ",",
            " ",
            "=",
            ":",
            "raw,",
            "qcow2,",
            "/dev/a,",
            "hda,",
            "xvda2,",
            "hdc,",
            "w,",
            "ro,",
            "cdrom,",
            "file:",
            "phy:",
            "tap:",
            "target=",
            "format=qcow,",
            "vdev=sdb,",
            "access=r,",
            "devtype=cdrom,",
            "script=s,",
            "iscsi:",
            "vhd:",
            "discard,",
            "/x y,",
            "foo:",
            "backendtype=phy,",
            "hdc:cdrom,",
            "empty,",
            "b=c",
            "hdb",
            "d1p2,",
            "cdrom",
            "no-discard,",
            "direct-io-safe,",
            "backend=dom,",
            "aio:",
            "format=,",
            "vdev=,",
            "51712,");

    private static XlUtilityLibrary library;

    @BeforeAll
    static void openLibrary() {
        library = XlUtilityLibrary.require();
    }

    @Test
    void readsWhateverXlReadsAsTheSame() {
        Seed seed = Seed.of(20_061);
        Random random = seed.random();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = pieces(random, PIECES, 14) + "\n";
            Optional<Object> theirs = library.valueOfA(text);
            if (theirs.isPresent()) {
                accepted++;
                assertThat(valueOfA(text)).as("%s: %s", seed, text).isEqualTo(theirs);
            }
        }
        assertThat(accepted).as("files that xl accepts, %s", seed).isGreaterThan(ROUNDS / 100);
    }

    @Test
    void readsEveryDriveThatXlReadsAsTheSame() {
        Seed seed = Seed.of(20_062);
        Random random = seed.random();
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // xl passes over a last character that it cannot read; ours refuses it
            String specification = (random.nextBoolean() ? "" : "/dev/a,raw,") + pieces(random, DISK_PIECES, 9);
            if (specification.endsWith("=")) {
                continue;
            }
            Optional<XlUtilityLibrary.Drive> theirs = library.drive(specification);
            if (theirs.isPresent() && XenDevice.slot(theirs.get().vdev()).isPresent() && mayBeEmpty(theirs.get())) {
                accepted++;
                assertSame(specification, theirs.get(), seed.toString());
            }
        }
        assertThat(accepted).as("drives that xl accepts, %s", seed).isGreaterThan(ROUNDS / 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev/vg/guest-volume,,hda",
                "/dev/vg/guest-volume,raw,hda,rw",
                "format=raw, vdev=hda, access=rw, target=/dev/vg/guest-volume",
                "raw:/dev/vg/guest-volume,hda,w",
                "/root/image.iso,,hdc,cdrom",
                "/root/image.iso,,hdc,,cdrom",
                "/root/image.iso,raw,hdc,devtype=cdrom",
                "raw:/root/image.iso,hdc:cdrom,ro",
                ",hdc:cdrom,r",
                ",,hdc:cdrom,r",
                "tap:aio:qcow2:/x,xvda,w",
                "vdev=hda,target=/a,b=c,d,",
                "vdev=hda,target=/a,,",
                "vdev=hda,target= /a ",
                "iscsi:iqn.2001,xvda,w",
                "format=empty,vdev=hdc,access=ro,devtype=cdrom"
            })
    void readsTheExamplesOfTheManualAsXlDoes(String specification) {
        assertSame(specification, library.drive(specification).orElseThrow(), "example");
    }

    @Test
    void writesEveryTextSoThatXlReadsItBack() {
        Seed seed = Seed.of(20_063);
        Random random = seed.random();
        for (int round = 0; round < 2_000; round++) {
            String text = hostile(random);
            assertThat(library.valueOfA("a = " + XlText.quoted(text) + "\n"))
                    .as("%s", seed)
                    .contains(text);
        }
    }

    @Test
    void writesEveryPathSoThatXlOpensIt() {
        Seed seed = Seed.of(20_064);
        Random random = seed.random();
        for (int round = 0; round < 2_000; round++) {
            String path = "/" + hostile(random).replace("\n", "");
            Disk disk = Disk.builder(Disk.Kind.DISK, XenDevice.slot("xvda").orElseThrow())
                    .medium(path, "raw")
                    .build();
            String specification =
                    SpecificationWriter.disk(disk, new XlOutput()).orElseThrow();
            assertThat(library.drive(specification).orElseThrow().path())
                    .as("%s", seed)
                    .isEqualTo(path);
        }
    }

    private static boolean mayBeEmpty(XlUtilityLibrary.Drive drive) {
        return drive.cdrom()
                || !(drive.path().isEmpty() || FORMATS.get(drive.format()).equals("empty"));
    }

    private static void assertSame(String specification, XlUtilityLibrary.Drive theirs, String seed) {
        Disk ours;
        try {
            ours = DiskSpecification.parse(specification);
        } catch (MalformedSpecificationException e) {
            throw new AssertionError(seed + ": xl reads '" + specification + "' as " + theirs, e);
        }
        String format = FORMATS.get(theirs.format());
        boolean empty = format.equals("empty") || theirs.path().isEmpty();
        assertThat(ours.medium())
                .as("%s: %s", seed, specification)
                .isEqualTo(empty ? Optional.empty() : Optional.of(new Medium(theirs.path(), format)));
        assertThat(Optional.of(ours.slot()))
                .as(specification)
                .isEqualTo(XenDevice.slot(theirs.vdev().strip()));
        assertThat(ours.kind() == Disk.Kind.CDROM).as(specification).isEqualTo(theirs.cdrom());
        assertThat(!ours.readOnly()).as("%s: %s", seed, specification).isEqualTo(theirs.writable());
    }

    private static Optional<Object> valueOfA(String text) {
        try {
            XlSettings settings = XlParser.parse(text.getBytes(StandardCharsets.UTF_8), "test.cfg", new ArrayList<>());
            return Optional.of(settings.find("a")
                    .map(XlSettings.Setting::value)
                    .map(value -> switch (value) {
                        case XlValue.Text atom -> (Object) atom.text();
                        case XlValue.Items list ->
                            list.items().stream()
                                    .map(each -> each instanceof XlValue.Text atom ? atom.text() : "")
                                    .toList();
                    })
                    .orElse(List.of("not set")));
        } catch (DefinitionException e) {
            return Optional.of(Map.of("refused", e.getMessage()));
        }
    }

    private static String pieces(Random random, List<String> pieces, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }

    private static String hostile(Random random) {
        String alphabet = "a\"'\\\n\t,;=#$`é\u202e [](){}|%x0";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
