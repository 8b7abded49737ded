package dev.bothways.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.Architecture;
import dev.bothways.guest.Distribution;
import dev.bothways.machine.GuestOs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstalledSystemTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "debian | '' | Debian GNU/Linux 12 (bookworm) | 12.5 | debian12",
                "debian | '' | Debian GNU/Linux 4.0 | 4.0 | debian4",
                "ubuntu | debian | Ubuntu 24.04.1 LTS | 24.04 | ubuntu24.04",
                "rhel | fedora | Red Hat Enterprise Linux 9.4 (Plow) | 9.4 | rhel9-unknown",
                "centos | rhel fedora | CentOS Linux 7 (Core) | 7 | centos7",
                "centos | rhel fedora | CentOS Stream 9 | 9 | centos-stream9",
                "rocky | rhel centos fedora | Rocky Linux 9.3 (Blue Onyx) | 9.3 | rocky9-unknown",
                "almalinux | rhel centos fedora | AlmaLinux 8.9 | 8.9 | almalinux8",
                "ol | fedora | Oracle Linux Server 8.8 | 8.8 | ol8.5",
                "fedora | '' | Fedora Linux 41 (Server Edition) | 41 | fedora-unknown",
                "sles | suse | SUSE Linux Enterprise Server 15 SP5 | 15.5 | sle15",
                "opensuse-leap | suse opensuse | openSUSE Leap 15.6 | 15.6 | opensuse15.6",
                "opensuse-tumbleweed | opensuse suse | openSUSE Tumbleweed | 20241201 | opensusetumbleweed",
                "arch | '' | Arch Linux | '' | archlinux",
                "alpine | '' | Alpine Linux v3.20 | 3.20.3 | alpinelinux-unknown",
                "amzn | fedora | Amazon Linux 2 | 2 | amazonlinux2",
                "linuxmint | ubuntu debian | Linux Mint 21.3 | 21.3 | ubuntu-lts-latest",
                "kali | debian | Kali GNU/Linux Rolling | 2024.3 | debian-unknown",
                "raspbian | debian | Raspbian GNU/Linux 12 | 12 | debian-unknown",
                "linux | '' | Linux of an unknown distribution | '' | linux2022",
                "ours | '' | Our Own | 1.0 | linux2022"
            })
    void saysWhatIsInside(String id, String like, String name, String version, String word) {
        assertThat(InstalledSystem.of(distribution(id, like, name, version), Architecture.X86_64, "6.1.0-50-amd64"))
                .contains(word);
    }

    @Test
    void saysTheWidth() {
        Distribution debian = distribution("debian", "", "Debian", "11");
        assertThat(InstalledSystem.of(debian, Architecture.X86, "5.10.0-26-686"))
                .contains("debian11/i686");
        assertThat(InstalledSystem.of(debian, Architecture.X86, "5.10.0-26-amd64"))
                .contains("debian11");
        assertThat(InstalledSystem.of(debian, Architecture.ARM64, "5.10.0-26-arm64"))
                .isEmpty();
        assertThat(InstalledSystem.of(debian, Architecture.UNKNOWN, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.32-754.el6.x86_64,linux2.6,other26xlinux-64",
        "3.10.0,linux3,other3xlinux-64",
        "4.19.0,linux2018,other4xlinux-64",
        "5.4.0,linux2020,other5xlinux-64",
        "7.1.2,linux7,other7xlinux-64",
        "'',linux-unknown,otherlinux-64"
    })
    void callsALinuxOfNoKnownDistributionByItsKernel(String release, String word, String vmware) {
        Distribution own = distribution("ours", "", "Our Own", "1.0");
        assertThat(InstalledSystem.of(own, Architecture.X86_64, release)).contains(word);
        assertThat(GuestOs.of(word).words().vmware()).isEqualTo(vmware);
    }

    private static Distribution distribution(String id, String like, String name, String version) {
        return new Distribution(id, like.isEmpty() ? List.of() : List.of(like.split(" ")), name, version, "");
    }
}
