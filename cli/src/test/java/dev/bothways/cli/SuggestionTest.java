package dev.bothways.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionTest {
    private static final List<String> TARGETS = List.of("xen", "xenserver", "hyperv", "vmware", "kvm", "proxmox");

    @ParameterizedTest
    @CsvSource({"hyper-v, hyperv", "vmwar, vmware", "vmware6, vmware", "porxmox, proxmox", "kvn, kvm", "prox, proxmox"})
    void findsTheWordThatWasMeant(String typed, String meant) {
        assertThat(Suggestion.of(typed, TARGETS)).contains(meant);
        assertThat(Suggestion.after(typed, TARGETS)).isEqualTo("; did you mean '" + meant + "'?");
    }

    @Test
    void suggestsNothingFarFetched() {
        assertThat(Suggestion.after("docker", TARGETS)).isEmpty();
        assertThat(Suggestion.after("", TARGETS)).isEmpty();
        assertThat(Suggestion.after("-x", List.of("-o", "-f", "--force"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "inspct, inspect",
        "conver, convert",
        "disk infp, info",
        "convert web01 --to KVN --dry-run, kvm",
        "convert web01 --to hyperv --platform hyperv-gn2 --dry-run, hyperv-gen2",
        "convert web01 --to hyperv --disk-format vhdy --dry-run, vhd",
        "convert web01 --to hyperv --dryrun, --dry-run",
        "inspect web01 --firmware ufei, uefi",
        "inspect web01 --memroy 1G, --memory",
    })
    void unknownWordsOfACommandLineAreAnsweredByOne(String words, String meant) {
        CommandRun run = CommandRun.of((Object[]) words.split(" "));
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err().strip().lines()).as(run.err()).hasSize(1);
        assertThat(run.err()).contains("did you mean '" + meant + "'?");
    }
}
