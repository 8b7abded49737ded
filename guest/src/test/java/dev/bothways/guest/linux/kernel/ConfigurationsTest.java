package dev.bothways.guest.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.Enlightenments.Ability;
import dev.bothways.guest.KernelConfiguration;
import org.junit.jupiter.api.Test;

final class ConfigurationsTest {

    @Test
    void readsOptions() {
        KernelConfiguration configuration =
                Configurations.parse("#\n# CONFIG_XEN_PV is not set\nCONFIG_HYPERV=m\nCONFIG_LOCALVERSION=\"\"\n");

        assertThat(configuration.enabled("HYPERV")).isTrue();
        assertThat(configuration.builtIn("HYPERV")).isFalse();
        assertThat(configuration.enabled("XEN_PV")).isFalse();
        assertThat(configuration.known()).isTrue();
        assertThat(Configurations.parse("").known()).isFalse();
    }

    @Test
    void knowsWhatTheOptionsOfOldKernelsMean() {
        KernelConfiguration configuration = Configurations.parse("CONFIG_XEN=y\nCONFIG_XEN_PVH=y\n");

        assertThat(Configurations.shows(configuration, "3.16.0-6-amd64", Ability.XEN_PV))
                .hasValue("CONFIG_XEN=y");
        assertThat(Configurations.shows(configuration, "3.16.0-6-amd64", Ability.XEN_PVH))
                .isEmpty();
        assertThat(Configurations.shows(configuration, "4.19.0-27-amd64", Ability.XEN_PV))
                .isEmpty();
        assertThat(Configurations.shows(configuration, "4.19.0-27-amd64", Ability.XEN_PVH))
                .hasValue("CONFIG_XEN_PVH=y");
    }
}
