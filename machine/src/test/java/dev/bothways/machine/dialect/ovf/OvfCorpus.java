package dev.bothways.machine.dialect.ovf;

import dev.bothways.testing.Corpus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The envelopes that other products and their developers wrote. */
final class OvfCorpus {
    private OvfCorpus() {}

    /** Their names below the corpus' folder. */
    static List<String> names() throws IOException {
        Path folder = Corpus.folder();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .matches(".*\\.ovf(\\.expected)?"))
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** An envelope; the templates among them get values. */
    static byte[] bytes(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(Corpus.file(name));
        if (!name.startsWith("open-vmdk/") && !name.endsWith(".expected")) {
            return bytes;
        }
        AtomicInteger ids = new AtomicInteger();
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Pattern.compile("#UUID#")
                .matcher(text)
                .replaceAll(id -> new UUID(0, ids.incrementAndGet()).toString())
                .replace("@@FIRMWARE@@", "efi")
                .replace("#SIZE#", "7")
                .replaceAll("@@(NUM_CPUS|MEM_SIZE|VMDK_CAPACITY|VMDK_FILE_SIZE)@@", "1024")
                .getBytes(StandardCharsets.UTF_8);
    }

    static OvfEnvelope read(String name) throws IOException {
        return OvfEnvelope.read(bytes(name), leaf(name), Optional.empty(), false);
    }

    /** As {@link #read}, with warnings in the place of breaches. */
    static OvfEnvelope readLax(String name) throws IOException {
        return OvfEnvelope.read(bytes(name), leaf(name), Optional.empty(), true);
    }

    static String leaf(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Whether its author says that it is wrong. */
    static boolean negative(String name) {
        return name.contains("/Neg/") || name.contains("negative");
    }
}
