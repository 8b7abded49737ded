package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.testing.Oracle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What users of qemu-img type works, or one sentence says the word to use. */
final class QemuHabitsTest {
    @TempDir
    Path scratch;

    private Path raw;

    @BeforeEach
    void makeDisk() throws IOException {
        byte[] content = new byte[1 << 20];
        new Random(5).nextBytes(content);
        raw = Files.write(scratch.resolve("s.raw"), content);
        CommandRun.of("disk", "convert", raw, scratch.resolve("s.vmdk")).orFail();
        CommandRun.of("disk", "convert", raw, scratch.resolve("s.vhd")).orFail();
        CommandRun.of("disk", "convert", raw, scratch.resolve("s.qcow2")).orFail();
    }

    /** The command lines as they stand in tutorials; they run in the folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "convert s.vmdk -O qcow2 o",
                "convert -f vmdk s.vmdk -O raw o",
                "convert s.vmdk o -O vhdx",
                "convert -f raw s.raw -O qcow2 o",
                "convert -f raw -O vpc s.raw o",
                "convert -p -f raw -O qcow2 s.raw o",
                "convert -q s.raw -O qcow2 o",
                "convert -t none -T none s.raw -O qcow2 o",
                "convert -W -m 16 s.raw -O qcow2 o",
                "convert -S 4k s.raw -O qcow2 o",
                "convert -S 0 s.raw -O raw o",
                "convert -U s.qcow2 -O raw o",
                "convert -C s.qcow2 -O raw o",
                "convert -c s.raw -O qcow2 -o cluster_size=128k o",
                "convert s.raw -O qcow2 -o preallocation=off o",
                "convert s.raw -O vhdx -o subformat=fixed o",
                "convert s.raw -O vhdx -o block_size=2M o",
                "convert s.raw -O raw -o preallocation=full o",
                "convert -r 100M s.raw -O qcow2 o",
                "convert -B s.qcow2 -F qcow2 s.raw -O qcow2 o",
                "create -f qcow2 o 10G",
                "create -q -f qcow2 o 1.5G",
                "create -f qcow2 -b s.qcow2 -F qcow2 o",
                "create -f vpc o 1T",
                "create -f raw o 512",
                "info s.qcow2 --output=json",
                "info --output=json --backing-chain s.qcow2",
                "info --output human -U s.vhd",
                "info -f vpc s.vhd",
                "check -q -f qcow2 s.qcow2",
                "check --output=json s.vhd",
                "compare -s -p s.raw s.qcow2",
                "compare -f raw -F qcow2 -q s.raw s.qcow2",
                "map --output=json s.qcow2",
            })
    void works(String habit) throws IOException {
        CommandRun run = disk(habit);
        assertThat(run.exitCode()).as(habit + ": " + run.err()).isZero();
        Path out = scratch.resolve("o");
        if (habit.startsWith("convert")) {
            CommandRun.of("disk", "compare", raw, out).orFail();
        }
        if (Files.exists(out) && !habit.contains("-O raw") && !habit.contains("-f raw o")) {
            String format = JsonMapper.shared()
                    .readTree(Oracle.require("qemu-img")
                            .run("info", "--output=json", out)
                            .orFail()
                            .output())
                    .path("format")
                    .asString();
            assertThat(habit).contains(format);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "convert --image-opts driver=qcow2,file.filename=s.qcow2 o | named by their paths",
                "convert --object secret,id=a,file=k s.qcow2 -O raw o | --key-file",
                "info --object=secret,id=a,file=k s.qcow2 | --key-file",
                "convert --salvage s.qcow2 -O raw o | ddrescue",
                "convert --target-is-zero -n s.qcow2 o | leave it out",
                "convert -D s.qcow2 -O raw o | -o NAME=VALUE",
                "convert s.raw -O qcow2 -o backing_file=s.qcow2 o | --parent s.qcow2",
                "create -f qcow2 -o size=10G o | for example 20G",
                "create -f qcow2 -u -b absent o 1G | a parent is always opened",
                "check -r all s.qcow2 | disk convert",
                "check -r leaks s.qcow2 | disk convert",
                "resize s.qcow2 +10G | qemu-img",
                "rebase -b a s.qcow2 | --parent",
                "commit s.qcow2 | convert",
                "snapshot -l s.qcow2 | info lists",
                "measure -O qcow2 s.raw | map",
                "dd if=s.raw of=o | convert",
                "amend -o compat=0.10 s.qcow2 | convert",
                "bench s.raw | qemu-img",
                "bitmap --add s.qcow2 b | qemu-img",
                "convert s.raw -O qcow o | write qcow2",
                "convert s.raw -O qcow3 o | did you mean 'qcow2'",
                "convrt s.raw o | did you mean 'convert'",
                "convert --comprss s.raw -O qcow2 o | did you mean '--compress'",
                "convert s.raw | missing arguments: IN... OUT",
                "convert s.raw -O vhdx -o lunch=on o | the format has no setting 'lunch'",
                "convert s.raw -O qcow2 -o cluster_size=3k o | cluster",
                "convert -c s.raw -O vhdx o | the format cannot be compressed",
                "create -f vhdx o 65T | 64 TiB",
                "create -f qcow2 o 1.5 | '1.5' is no size",
            })
    void isAnsweredByOneSentence(String habit, String word) throws IOException {
        CommandRun run = disk(habit);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err().strip().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).startsWith("bothways: ").contains(word);
        assertThat(scratch.resolve("o")).doesNotExist();
    }

    @Test
    void readsASnapshotByQemusWords() throws IOException {
        Oracle qemu = Oracle.require("qemu-img");
        Path image = scratch.resolve("s.qcow2");
        qemu.run("snapshot", "-c", "before", image).orFail();
        Oracle.require("qemu-io").run("-c", "write -P 7 0 64k", image).orFail();
        for (String word : List.of("before", "snapshot.name=before", "snapshot.id=1", "1")) {
            Path out = scratch.resolve("of-" + word);
            CommandRun.of("disk", "convert", "-l", word, image, "-O", "raw", out)
                    .orFail();
            CommandRun.of("disk", "compare", raw, out).orFail();
        }
    }

    /** Whatever is printed under one of qemu-img's names is what qemu-img prints. */
    @Test
    void printsWhatQemuImgPrints() throws IOException {
        Path top = scratch.resolve("top.qcow2");
        CommandRun.of("disk", "create", "-b", scratch.resolve("s.qcow2"), top).orFail();
        for (String image : List.of("s.qcow2", "s.vhd", "s.raw", "top.qcow2")) {
            agrees("info", scratch.resolve(image));
        }
        agrees("info", top, "--backing-chain");
        agrees("map", scratch.resolve("s.qcow2"));
        agrees("check", scratch.resolve("s.qcow2"));
    }

    private static void agrees(String command, Path image, String... options) throws IOException {
        List<Object> words = new ArrayList<>(List.of(command, "--output=json"));
        words.addAll(List.of(options));
        words.add(image);
        List<Object> ours = new ArrayList<>(List.of("disk"));
        ours.addAll(words);
        JsonNode theirs = JsonMapper.shared()
                .readTree(
                        Oracle.require("qemu-img").run(words.toArray()).orFail().output());
        contains(
                theirs,
                JsonMapper.shared()
                        .readTree(CommandRun.of(ours.toArray()).orFail().out()),
                command);
    }

    private static void contains(JsonNode theirs, JsonNode ours, String where) {
        if (ours.isArray()) {
            assertThat(ours.size()).as(where).isEqualTo(theirs.size());
            for (int i = 0; i < ours.size(); i++) {
                contains(theirs.get(i), ours.get(i), where + "/" + i);
            }
            return;
        }
        assertThat(ours.isEmpty()).isFalse();
        ours.propertyNames().forEach(name -> {
            boolean zeroIsLeftOut = !theirs.has(name) && ours.path(name).asLong(-1) == 0;
            if (!zeroIsLeftOut) {
                assertThat(ours.path(name)).as(where + "/" + name).isEqualTo(theirs.path(name));
            }
        });
    }

    /** In the folder: what is a name there becomes its path. */
    private CommandRun disk(String habit) {
        List<Object> words = new ArrayList<>(List.of("disk"));
        for (String word : habit.split(" ")) {
            boolean file = Files.exists(scratch.resolve(word)) || word.equals("o");
            words.add(file && !word.startsWith("-") ? scratch.resolve(word) : word);
        }
        return CommandRun.of(words.toArray());
    }
}
