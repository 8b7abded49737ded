package dev.bothways.machine.dialect.vmx;

import java.util.regex.Pattern;

/**
 * Keys that VMware writes for itself while a machine runs and writes anew when it starts the next time, and values that are
 * VMware's own defaults. They are dropped.
 */
final class SilentKeys {
    private static final Pattern OF_A_RUN = Pattern.compile(String.join(
            "|",
            "cleanshutdown|softpoweroff|replay\\.(supported|filename)|checkpoint\\.vmstate",
            "(host|guest|user)cpuid\\..*|evccompatibilitymode|monitor\\.phys_bits_used",
            "numa\\.autosize\\..*|cpuid\\.corespersocket\\.cookie",
            "sched\\.swap\\.derivedname|migrate\\.hostlog|vmxstats\\.filename|vmotion\\..*",
            "guest(os|info)\\.detailed\\.data|toolsinstallmanager\\..*|vmci0\\.id",
            "answer\\.msg\\.serial\\.file\\.open|extendedconfigfile"));

    /** {@code key=value}, both in small letters. */
    private static final Pattern DEFAULTS = Pattern.compile(String.join(
            "|",
            "floppy[01]\\.present=false",
            "(ide|scsi|sata|nvme)[0-9]+\\.present=false",
            "ethernet[0-9]+\\.present=false|serial[0-9]+\\.present=false|parallel[0-9]+\\.present=false",
            "usb\\.present=false|sound\\.present=false",
            "sched\\.(cpu|mem)\\.(min|minsize)=0|sched\\.(cpu|mem)\\.shares=normal|sched\\.cpu\\.units=mhz",
            "sched\\.cpu\\.(affinity)=all|sched\\.cpu\\.latencysensitivity=normal",
            "sched\\..*\\.(shares=normal|throughputcap=off)",
            "workingdir=|chipset\\.onlinestandby=false"));

    private SilentKeys() {}

    static boolean saysNothing(VmxSettings.Setting setting) {
        String key = VmxSettings.small(setting.key());
        return OF_A_RUN.matcher(key).matches()
                || DEFAULTS.matcher(
                                key + "=" + VmxSettings.small(setting.value().strip()))
                        .matches();
    }
}
