package dev.bothways.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuestOsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    debian12        | debian12-64          | debian12_64Guest          | 96  | Debian12_64      | Debian Bookworm 12
                    debian12/i686   | debian12             | debian12Guest             | 95  | Debian12         | Debian Bookworm 12
                    win2k22         | windows2019srvnext-64| windows2019srvNext_64Guest| 112 | Windows2022_64   | Windows Server 2022 (64-bit)
                    win2k8r2        | windows7srv-64       | windows7Server64Guest     | 103 | Windows2008_64   | Windows Server 2008 R2 (64-bit)
                    win7/i686       | windows7             | windows7Guest             | 105 | Windows7         | Windows 7 (32-bit)
                    winxp/i686      | winxppro             | winXPProGuest             | 67  | WindowsXP        | Windows XP SP3 (32-bit)
                    winnt4.0        | winnt                | winNTGuest                | 18  | WindowsNT4       |
                    rhel9.4         | rhel9-64             | rhel9_64Guest             | 80  | RedHat9_64       | Red Hat Enterprise Linux 9
                    rhel5.4         | rhel5-64             | rhel5_64Guest             | 80  | RedHat5_64       | Red Hat Enterprise Linux 5 (64-bit)
                    ubuntu24.04     | ubuntu-64            | ubuntu64Guest             | 94  | Ubuntu24_LTS_64  | Ubuntu Noble Numbat 24.04
                    ubuntu22.10     | ubuntu-64            | ubuntu64Guest             | 94  | Ubuntu22_64      |
                    sle15sp4        | sles15-64            | sles15_64Guest            | 85  | SUSE_LE_64       | SUSE Linux Enterprise 15 (64-bit)
                    fedora41        | fedora-64            | fedora64Guest             | 101 | Fedora_64        |
                    freebsd13.2     | freebsd13-64         | freebsd13_64Guest         | 78  | FreeBSD_64       |
                    openbsd7.9      | other-64             | otherGuest64              | 65  | OpenBSD_64       |
                    linux2022       | other6xlinux-64      | other6xLinux64Guest       | 101 | Linux26_64       |
                    archlinux       | other6xlinux-64      | other6xLinux64Guest       | 101 | ArchLinux_64     |
                    """)
    void saysASystemInEveryHypervisorsWord(
            String text, String vmware, String ovf, int cim, String virtualBox, String template) {
        GuestOs.Words words = GuestOs.of(text).words();
        assertThat(words.vmware()).isEqualTo(vmware);
        assertThat(words.ovf()).isEqualTo(ovf);
        assertThat(words.cim()).isEqualTo(cim);
        assertThat(words.virtualBox()).isEqualTo(virtualBox);
        assertThat(words.template()).isEqualTo(Optional.ofNullable(template));
    }

    @ParameterizedTest
    @CsvSource({
        "debian14,debian13",
        "debian99/i686,debian13/i686",
        "debiantrixie,debian-unknown",
        "win12,win11",
        "win2k28,win2k25",
        "rhel11.2,rhel10-unknown",
        "ubuntu27.04,ubuntu26.04",
        "linux8,linux7",
        "rocky9.3,rocky9-unknown",
        "sled12sp3,sles12",
        "centos8/i686,centos8",
        "freebsd-unknown,freebsd-unknown",
        "debian2.2,debian4"
    })
    void takesTheNearestVersionItKnows(String asked, String found) {
        assertThat(GuestOs.of(asked).text()).contains(found);
    }

    @ParameterizedTest
    @CsvSource({
        "windows9srv-64,win2k16",
        "WINDOWS9-64,win10",
        "ubuntu-64,ubuntu-lts-latest",
        "rhel6,rhel6-unknown/i686",
        "debian14-64,debian13",
        "windows2028srv-64,win2k25",
        "other9xlinux-64,linux7",
        "longhorn,win2k8/i686",
        "winnt,winnt4.0"
    })
    void readsVmwaresWords(String guestOs, String found) {
        assertThat(GuestOs.ofVmware(guestOs).text()).contains(found);
    }

    @Test
    void readsTheWordsOfTheOthers() {
        assertThat(GuestOs.ofOvf("winNetEnterprise64Guest").text()).contains("win2k3");
        assertThat(GuestOs.ofOvf("debian14_64Guest").text()).contains("debian13");
        assertThat(GuestOs.ofCim(80, Optional.of("8")).text()).contains("rhel8-unknown");
        assertThat(GuestOs.ofCim(96, Optional.empty()).text()).contains("debian-unknown");
        assertThat(GuestOs.ofCim(4711, Optional.empty()).known()).isFalse();
        assertThat(GuestOs.ofVirtualBox("Ubuntu22_LTS_64").text()).contains("ubuntu22.04");
        assertThat(GuestOs.ofVirtualBox("Debian13_64").text()).contains("debian12");
        assertThat(GuestOs.ofTemplate("Debian Bookworm 12").text()).contains("debian12");
        assertThat(GuestOs.ofTemplate("Debian Forky 14").text()).contains("debian13");
        assertThat(GuestOs.ofTemplate("Windows Server 2028 (64-bit)").text()).contains("win2k25");
        assertThat(GuestOs.ofUri("http://microsoft.com/win/2k19").text()).contains("win2k19");
    }

    @ParameterizedTest
    @CsvSource({
        "debian12,20,debian12-64",
        "debian12,19,debian11-64",
        "debian12,17,debian11-64",
        "debian12,13,debian10-64",
        "debian13/i686,20,debian12",
        "debian-unknown,17,debian11-64",
        "rhel9.4,17,rhel8-64",
        "ubuntu24.04,4,ubuntu-64",
        "rocky9.3,17,other4xlinux-64",
        "archlinux,18,other5xlinux-64",
        "linux2022,13,other3xlinux-64",
        "linux6/i686,4,other26xlinux",
        "win2k22,17,windows2019srv-64",
        "win11,19,windows9-64",
        "win10,10,windows8-64",
        "freebsd14.0,13,freebsd-64",
        "fedora41,8,other26xlinux-64",
        "photon-unknown,4,other26xlinux-64",
        "solaris11,7,solaris10-64",
        "unknown,1,other-64"
    })
    void saysWhatAHardwareVersionOfVmwareKnows(String system, int version, String word) {
        assertThat(GuestOs.of(system).knownToVmware(version).words().vmware()).isEqualTo(word);
    }

    @Test
    void findsNothingBehindStrangeWords() {
        for (String word :
                List.of("", " ", "~", "/i686", "-64", "64", "\u0000", "other-64", "99999999999999999999", "a;b\t")) {
            assertThat(GuestOs.ofVmware(word).known()).as(word).isFalse();
            assertThat(GuestOs.of(word).known()).as(word).isFalse();
            assertThat(GuestOs.ofOvf(word).known()).as(word).isFalse();
            assertThat(GuestOs.ofVirtualBox(word).known()).as(word).isFalse();
            assertThat(GuestOs.ofTemplate(word).known()).as(word).isFalse();
        }
        assertThat(GuestOs.unknown().words().vmware()).isEqualTo("other-64");
        assertThat(GuestOs.unknown().text()).isEmpty();
    }

    @Test
    void choosesTheKeysOfSecureBootByFamily() {
        assertThat(GuestOs.of("win2k25").secureBootTemplate()).isEqualTo("MicrosoftWindows");
        assertThat(GuestOs.of("debian12").secureBootTemplate()).isEqualTo("MicrosoftUEFICertificateAuthority");
    }
}
