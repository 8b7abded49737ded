package dev.bothways.guest.linux.initramfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleDependenciesTest {

    private static ModuleDependencies of(String dep, String soft, String alias, String builtIn) {
        return new ModuleDependencies(dep, soft, alias, builtIn);
    }

    @Test
    void ordersWhatAModuleNeedsBeforeIt() {
        ModuleDependencies modules = of(
                "kernel/a.ko.xz: kernel/b-x.ko.xz kernel/c.ko.xz\nkernel/b-x.ko.xz: kernel/c.ko.xz\nkernel/c.ko.xz:\n",
                "",
                "",
                "");
        assertThat(modules.closure(List.of("a"))).containsExactly("c", "b_x", "a");
        assertThat(modules.path("b-x")).contains("kernel/b-x.ko.xz");
    }

    @Test
    void followsSoftDependenciesThroughAliases() {
        ModuleDependencies modules = of(
                "kernel/sd_mod.ko: kernel/crc-t10dif.ko\nkernel/crc-t10dif.ko:\nkernel/crct10dif_generic.ko:\n",
                "# comment\nsoftdep crc_t10dif pre: crct10dif post: absent\n",
                "alias crct10dif crct10dif_generic\n",
                "");
        assertThat(modules.closure(List.of("sd-mod"))).containsExactly("crct10dif_generic", "crc_t10dif", "sd_mod");
    }

    @Test
    void leavesOutWhatIsBuiltInOrAbsent() {
        ModuleDependencies modules = of("kernel/a.ko: kernel/b.ko\n", "", "", "kernel/b.ko\n");
        assertThat(modules.closure(List.of("a", "b", "nothing"))).containsExactly("a");
        assertThat(modules.isBuiltIn("b")).isTrue();
    }

    @Test
    void endsOnModulesThatNeedEachOther() {
        ModuleDependencies modules =
                of("kernel/a.ko: kernel/b.ko\nkernel/b.ko: kernel/a.ko\n", "softdep a pre: a b\n", "", "");
        assertThat(modules.closure(List.of("a"))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void ignoresPathsThatLeaveTheModulesFolder() {
        ModuleDependencies modules = of(
                "../../../etc/shadow: \nkernel/../x.ko:\n/etc/y.ko:\n//z.ko:\n/lib/modules/2.6.18-8.el5/kernel/ok.ko:\n",
                "",
                "",
                "");
        assertThat(modules.closure(List.of("shadow", "x", "y", "z", "ok"))).containsExactly("ok");
        assertThat(modules.path("ok")).contains("kernel/ok.ko");
    }

    @Test
    void survivesAChainOfAHundredThousandModules() {
        StringBuilder dep = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            dep.append("m").append(i).append(".ko: m").append(i + 1).append(".ko\n");
        }
        assertThat(of(dep.toString(), "", "", "").closure(List.of("m0"))).hasSize(100_000);
    }
}
