package dev.bothways.guest.fixup;

import static dev.bothways.guest.fixup.MadeUpGuest.target;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bothways.guest.network.Card;
import dev.bothways.guest.network.Fact;
import dev.bothways.guest.network.InterfaceMatch;
import dev.bothways.guest.network.InterfaceMatch.Reader;
import dev.bothways.guest.network.NetworkCard;
import dev.bothways.guest.network.NetworkCards;
import dev.bothways.guest.network.Property;
import dev.bothways.guest.network.Verdict;
import dev.bothways.machine.MacAddress;
import dev.bothways.machine.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any configuration from any platform to any other: each card that a file chose is chosen by that file on a target whose names, slots
 * and drivers are made up, or a warning names the file and the line.
 */
class EveryCardKeepsItsConfigurationTest {
    private static final int ROUNDS = 25;
    private static final int KINDS = 18;
    private static final int LINK = 12;
    private static final int RULE = 13;

    /** A card as it really is on one platform. */
    private record Real(Card card, String name, String driver, String path) {}

    /** A file that was written for some cards: what reads it, and which cards it must choose. */
    private record Written(Reader reader, String path, List<Integer> cards, Optional<String> namedBy) {}

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @ParameterizedTest
    @EnumSource(Platform.class)
    void fromThisPlatformToAnyOther(Platform from) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            int count = 1 + random.nextInt(3);
            List<Real> now = reals(from, count, 2);
            for (Platform to : Platform.values()) {
                MadeUpGuest guest = MadeUpGuest.onWholeDisk("xvda");
                guest.cards = Optional.of(known(from, now));
                List<Written> written = new ArrayList<>();
                List<Integer> kinds =
                        now.stream().map(real -> random.nextInt(KINDS)).toList();
                for (int i = 0; i < count; i++) {
                    written.add(write(guest, renamed(now, kinds), i, kinds.get(i)));
                }
                MacAddress[] addresses = now.stream()
                        .map(real -> new MacAddress(real.card().address().orElseThrow()))
                        .toArray(MacAddress[]::new);
                List<InterfaceMatch> before = guest.guest().network().matches();
                Draft draft = guest.apply(new InterfaceNames(), target(to, addresses));
                check(guest, before, draft, written, reals(to, count, 60), from + " to " + to + ", seed " + seed);
            }
        }
    }

    private void check(
            MadeUpGuest guest,
            List<InterfaceMatch> before,
            Draft draft,
            List<Written> written,
            List<Real> there,
            String what)
            throws IOException {
        List<InterfaceMatch> after = guest.guest().network().matches();
        List<Card> cards = there.stream().map(real -> named(real, after)).toList();
        for (Written one : written) {
            String file = one.path().substring(one.path().lastIndexOf('/') + 1);
            List<InterfaceMatch> matches = after.stream()
                    .filter(match ->
                            match.reader() == one.reader() && match.path().endsWith(file))
                    .toList();
            assertThat(matches).as(what + ": " + one).isNotEmpty();
            for (int card : one.cards()) {
                boolean chosen = matches.stream().anyMatch(match -> match.matches(cards.get(card)) == Verdict.YES);
                boolean told = isTold(draft, one.path())
                        || one.namedBy().filter(path -> isTold(draft, path)).isPresent();
                assertThat(chosen || told)
                        .as(() -> what + ": card " + card + " " + cards.get(card) + "\nfile " + one + "\nbefore "
                                + before + "\nafter " + after + "\nwarnings " + draft.warnings() + "\nknown "
                                + guest.cards)
                        .isTrue();
            }
        }
    }

    private static boolean isTold(Draft draft, String path) {
        String place = Pattern.quote(path) + "(?:[^a-z0-9.]| line [0-9]+)";
        return draft.warnings().stream()
                .anyMatch(warning -> Pattern.compile(place).matcher(warning).find());
    }

    /** As udev names it: the first rule that gives a name, else the first link, else by itself. */
    private static Card named(Real real, List<InterfaceMatch> matches) {
        for (Reader reader : List.of(Reader.UDEV, Reader.LINK, Reader.NETPLAN)) {
            Optional<String> given = matches.stream()
                    .filter(match -> match.reader() == reader && match.gives().isPresent())
                    .filter(match -> match.matches(real.card()) == Verdict.YES)
                    .findFirst()
                    .flatMap(InterfaceMatch::gives);
            if (given.isPresent()) {
                return real.card().named(given.get());
            }
        }
        return real.card();
    }

    /** What a link or a rule of the guest calls lan0 is not called as udev would call it. */
    private static List<Real> renamed(List<Real> cards, List<Integer> kinds) {
        return cards.stream()
                .map(real -> {
                    int number = real.card().number();
                    boolean given = kinds.get(number) == LINK || kinds.get(number) == RULE;
                    return given ? new Real(real.card(), "lan" + number, real.driver(), real.path()) : real;
                })
                .toList();
    }

    private Written write(MadeUpGuest guest, List<Real> cards, int number, int kind) throws IOException {
        Real real = cards.get(number);
        List<Integer> only = List.of(number);
        List<Integer> sameDriver = cards.stream()
                .filter(card -> card.driver().equals(real.driver()))
                .map(card -> card.card().number())
                .toList();
        String start = real.name().replaceFirst("[0-9].*", "");
        List<Integer> sameStart = cards.stream()
                .filter(card -> card.name().startsWith(start))
                .map(card -> card.card().number())
                .toList();
        String mac = real.card().address().orElseThrow();
        String id = "lan" + number;
        String network = "/etc/systemd/network/30-" + id + ".network";
        String netplan = "/etc/netplan/30-" + id + ".yaml";
        String yaml = "network:\n  ethernets:\n    " + id + ":\n      match: {%s}\n      dhcp4: true\n";
        String profile = "/etc/NetworkManager/system-connections/" + id + ".nmconnection";
        String ini = "[connection]\nid=" + id + "\ntype=ethernet\n%s\n[ipv4]\nmethod=auto\n";
        String rules = "/etc/udev/rules.d/30-" + id + ".rules";
        String link = "/etc/systemd/network/20-" + id + ".link";
        String interfaces = "/etc/network/interfaces";
        return switch (kind) {
            case 0 -> file(guest, Reader.NETWORKD, network, "[Match]\nName=" + real.name() + "\n", only);
            case 1 -> file(guest, Reader.NETWORKD, network, "[Match]\nName=" + start + "*\n", sameStart);
            case 2 -> file(guest, Reader.NETWORKD, network, "[Match]\nDriver=" + real.driver() + "\n", sameDriver);
            case 3 -> file(guest, Reader.NETWORKD, network, "[Match]\nPath=" + real.path() + "\n", only);
            case 4 ->
                file(guest, Reader.NETWORKD, network, "[Match]\nProperty=\"ID_PATH=" + real.path() + "\"\n", only);
            case 5 -> file(guest, Reader.NETWORKD, network, "[Match]\nMACAddress=" + mac + "\nType=ether\n", only);
            case 6 -> file(guest, Reader.NETPLAN, netplan, yaml.formatted("driver: " + real.driver()), sameDriver);
            case 7 -> file(guest, Reader.NETPLAN, netplan, yaml.formatted("name: \"" + start + "*\""), sameStart);
            case 8 ->
                file(
                        guest,
                        Reader.NETPLAN,
                        netplan,
                        "network:\n  ethernets:\n    " + real.name() + ":\n      dhcp4: true\n",
                        only);
            case 9 ->
                file(
                        guest,
                        Reader.NETWORK_MANAGER,
                        profile,
                        ini.formatted("[match]\ndriver=" + real.driver()),
                        sameDriver);
            case 10 ->
                file(guest, Reader.NETWORK_MANAGER, profile, ini.formatted("[match]\npath=" + real.path()), only);
            case 11 ->
                file(guest, Reader.NETWORK_MANAGER, profile, ini.formatted("interface-name=" + real.name()), only);
            case LINK -> {
                guest.with(link, "[Match]\nPath=" + real.path() + "\n[Link]\nName=" + id + "\n");
                file(guest, Reader.NETWORKD, network, "[Match]\nName=" + id + "\n", only);
                yield new Written(Reader.NETWORKD, network, only, Optional.of(link));
            }
            case RULE -> {
                String condition = random.nextBoolean()
                        ? "ENV{ID_PATH}==\"" + real.path() + "\""
                        : "ATTR{address}==\"" + mac + "\"";
                guest.with(rules, "SUBSYSTEM==\"net\", " + condition + ", NAME=\"" + id + "\"\n");
                file(guest, Reader.NETWORKD, network, "[Match]\nName=" + id + "\n", only);
                yield new Written(Reader.NETWORKD, network, only, Optional.of(rules));
            }
            case 14 -> file(guest, Reader.IFUPDOWN, interfaces, "auto /" + start + "*\n", sameStart);
            case 15 -> {
                String path = "/etc/sysconfig/network-scripts/ifcfg-" + real.name();
                String text = "DEVICE=" + real.name() + "\n" + (random.nextBoolean() ? "HWADDR=" + mac + "\n" : "");
                yield file(guest, Reader.IFCFG, path, text, only);
            }
            case 16 ->
                file(
                        guest,
                        Reader.NETWORK_MANAGER_DEVICES,
                        "/etc/NetworkManager/conf.d/30-" + id + ".conf",
                        "[keyfile]\nunmanaged-devices=*;except:driver:" + real.driver() + "\n",
                        sameDriver);
            default ->
                file(
                        guest,
                        Reader.IFUPDOWN,
                        interfaces,
                        "auto " + real.name() + "\niface " + real.name() + " inet dhcp\n",
                        only);
        };
    }

    private static Written file(MadeUpGuest guest, Reader reader, String path, String text, List<Integer> cards)
            throws IOException {
        String before = guest.files.find(path).isPresent() ? guest.text(path) : "";
        guest.with(path, before + text);
        return new Written(reader, path, cards, Optional.empty());
    }

    /** What a definition may tell: sometimes the slots, sometimes not even the platform. */
    private NetworkCards known(Platform platform, List<Real> cards) {
        boolean slots = random.nextBoolean();
        List<NetworkCard> known = cards.stream()
                .map(real -> new NetworkCard(
                        real.card().address().map(MacAddress::new),
                        model(real.driver()),
                        slots && real.name().startsWith("ens") ? List.of(real.name()) : List.of(),
                        slots && real.path().startsWith("pci-")
                                ? List.of(real.path().substring(4))
                                : List.of()))
                .toList();
        return new NetworkCards(random.nextInt(5) == 0 ? Optional.empty() : Optional.of(platform), known);
    }

    private static Optional<String> model(String driver) {
        return switch (driver) {
            case "virtio_net" -> Optional.of("virtio");
            case "vmxnet3", "e1000" -> Optional.of(driver);
            default -> Optional.empty();
        };
    }

    private List<Real> reals(Platform platform, int count, int firstSlot) {
        List<Real> reals = new ArrayList<>();
        int slot = firstSlot + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            slot += 1 + random.nextInt(3);
            String pci = "pci-0000:%02x:00.0".formatted(slot);
            String place = "ens" + slot;
            reals.add(
                    switch (platform) {
                        case XEN_PV, XEN_PVH, XEN_HVM -> real(i, "enX" + i, "vif", "xen-vif-" + i);
                        case HYPERV_GEN1, HYPERV_GEN2 -> real(i, "eth" + i, "hv_netvsc", "acpi-VMBUS:0" + i);
                        case VMWARE -> real(i, place, random.nextBoolean() ? "vmxnet3" : "e1000", pci);
                        case KVM -> real(i, place, random.nextBoolean() ? "virtio_net" : "e1000", pci);
                        case VIRTUALBOX -> real(i, place, "e1000", pci);
                    });
        }
        return reals;
    }

    private static Real real(int number, String name, String driver, String path) {
        String mac = "00:16:3e:00:00:0" + number;
        Map<Property, Fact> facts = new EnumMap<>(Property.class);
        facts.put(Property.NAME, one(name));
        facts.put(Property.KERNEL_NAME, one("eth" + number));
        facts.put(Property.ADDRESS, one(mac));
        facts.put(Property.DRIVER, one(driver));
        facts.put(Property.DRIVERS, one(driver));
        facts.put(Property.PATH, one(path));
        facts.put(Property.TYPE, one("ether"));
        facts.put(Property.KIND, new Fact(Fact.Kind.ONE_OF, List.of()));
        return new Real(new Card(number, Optional.of(mac), List.of(), facts), name, driver, path);
    }

    private static Fact one(String value) {
        return new Fact(Fact.Kind.ONE_OF, List.of(value));
    }
}
