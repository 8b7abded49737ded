package dev.bothways.cli;

import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Definitions that are made to take time or memory: huge counts, deep nesting, huge texts, and what parsers are known to take the square of. A
 * program, so that it runs with little memory: it inspects each and prints the name, exit code, milliseconds of processor time and message.
 */
final class HostileDefinitions {
    private static final String KUBEVIRT = "apiVersion: kubevirt.io/v1\nkind: VirtualMachine\nmetadata:\n  name: a\n";
    private static final String DOMAIN = "<domain type='kvm'><name>a</name><memory>1</memory>";
    private static final String ENVELOPE = "<Envelope xmlns='http://schemas.dmtf.org/ovf/envelope/1'"
            + " xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'>";
    private static final String VBOX = "<VirtualBox xmlns='http://www.virtualbox.org/' version='1.16-linux'>"
            + "<Machine uuid='{11111111-1111-1111-1111-111111111111}' name='a' OSType='x'><MediaRegistry><HardDisks>";
    private static final String VMX = "config.version = \"8\"\nvirtualHW.version = \"19\"\n";
    private static final String XL_JSON =
            "{\"domid\": null, \"config\": {\"c_info\": {\"type\":\"pv\",\"name\":\"a\"}, \"b_info\": {\"max_vcpus\":1}";
    private static final String CONF = "bootdisk: scsi0\ncores: 1\nmemory: 512\nname: a\n";
    private static final String DESCRIPTOR =
            "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"monolithicFlat\"\n";

    private HostileDefinitions() {}

    /** Inspects all of them. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, Supplier<String>> each : all().entrySet()) {
            String name = each.getKey();
            Path file = folder.resolve(name);
            write(file, each.getValue().get());
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            CommandRun run = CommandRun.of("inspect", file, "--memory", "1G", "--cpus", "1", "--firmware", "bios");
            long milliseconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1_000_000;
            System.out.println(name + "\t" + run.exitCode() + "\t" + milliseconds + "\t"
                    + (run.err() + run.out()).strip().replaceAll("\\s+", " "));
            Files.delete(file);
        }
    }

    /** Not in one step: that would take more memory than reading it. */
    private static void write(Path file, String text) throws IOException {
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write(text);
        }
    }

    private static String each(int count, IntFunction<String> part) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining());
    }

    /** Texts of one hash in Java: each two letters are one of a pair that has the same. */
    private static String colliding(int number) {
        return each(16, bit -> (number >> bit & 1) == 0 ? "Aa" : "BB");
    }

    static Map<String, Supplier<String>> all() {
        Map<String, Supplier<String>> all = new LinkedHashMap<>();
        yaml(all);
        xml(all);
        lines(all);
        json(all);
        return all;
    }

    private static void yaml(Map<String, Supplier<String>> all) {
        all.put("keys.yaml", () -> KUBEVIRT + "x:\n" + each(330_000, i -> " k" + i + ": 1\n"));
        all.put("many-keys.yaml", () -> KUBEVIRT + each(600_000, i -> "k" + i + ":\n"));
        all.put("colliding-keys.yaml", () -> KUBEVIRT + "x:\n" + each(60_000, i -> " " + colliding(i) + ": 1\n"));
        all.put("plain.yaml", () -> KUBEVIRT + "x: " + "a".repeat(3_900_000) + "\n");
        all.put("larger-plain.yaml", () -> KUBEVIRT + "x: " + "a".repeat(15_000_000) + "\n");
        all.put("quoted.yaml", () -> KUBEVIRT + "x: \"" + "a".repeat(3_900_000) + "\"\n");
        all.put("escapes.yaml", () -> KUBEVIRT + "x: \"" + "\\x41".repeat(900_000) + "\"\n");
        all.put("folded.yaml", () -> KUBEVIRT + "x: \"" + "a\n\n  ".repeat(700_000) + "\"\n");
        all.put("plain-lines.yaml", () -> KUBEVIRT + "x: " + "a\n  ".repeat(900_000) + "\n");
        all.put("block.yaml", () -> KUBEVIRT + "x: |\n" + "  a\n".repeat(900_000));
        all.put("long-lines.yaml", () -> KUBEVIRT + each(31, i -> "x" + i + ": " + "a".repeat(130_000) + "\n"));
        all.put("deep-flow.yaml", () -> KUBEVIRT + "x: " + "[".repeat(1_000_000));
        all.put("deep-lines.yaml", () -> KUBEVIRT + "x:\n" + each(2000, i -> " ".repeat(i + 1) + "-\n"));
        all.put("deep-dashes.yaml", () -> KUBEVIRT + "x:\n  " + "- ".repeat(60_000));
        all.put("flow.yaml", () -> KUBEVIRT + "x: [" + "1,\n".repeat(1_300_000) + "]");
        all.put("flow-words.yaml", () -> KUBEVIRT + "x: {" + "a ".repeat(60_000) + "}");
        all.put(
                "laughs.yaml",
                () -> KUBEVIRT + "b0: &b0 [a, a]\n"
                        + each(60, i -> "b" + (i + 1) + ": &b" + (i + 1) + " [" + ("*b" + i + ",").repeat(9) + "]\n"));
        all.put("documents.yaml", () -> KUBEVIRT + "---\na: 1\n".repeat(400_000));
        all.put("empty-documents.yaml", () -> KUBEVIRT + "---\n".repeat(900_000));
        all.put("comments.yaml", () -> KUBEVIRT + "#\n".repeat(1_900_000));
        all.put("directives.yaml", () -> "%FOO bar\n".repeat(300_000) + "---\n" + KUBEVIRT);
        all.put("tag.yaml", () -> KUBEVIRT + "x: !" + "a".repeat(3_000_000) + " b\n");
        all.put("anchor.yaml", () -> KUBEVIRT + "x: &" + "a".repeat(3_000_000) + " b\n");
        all.put("spaces.yaml", () -> KUBEVIRT + "x:" + " ".repeat(3_900_000) + "1\n");
        all.put("questions.yaml", () -> KUBEVIRT + "x: " + "? ".repeat(60_000));
    }

    private static void xml(Map<String, Supplier<String>> all) {
        String attributes = each(5000, i -> " a" + i + "='u'");
        all.put("namespaces.xml", () -> "<domain type='kvm'" + each(80_000, i -> " xmlns:a" + i + "='u'") + "/>");
        all.put(
                "nested-namespaces.xml",
                () -> "<domain type='kvm'>" + each(80, i -> "<a xmlns:a" + i + "='u'>")
                        + ("<a" + each(150, i -> " xmlns:b" + i + "='u'") + "/>").repeat(900));
        all.put(
                "used-namespaces.xml",
                () -> "<domain type='kvm'" + each(150, i -> " xmlns:a" + i + "='u" + i + "'") + ">"
                        + "<a0:a/>".repeat(400_000) + "</domain>");
        all.put("attributes.xml", () -> "<domain type='kvm'" + attributes + "><name>a</name></domain>");
        all.put("many-attributes.xml", () -> "<domain type='kvm'" + attributes.repeat(40) + "/>");
        all.put("elements.xml", () -> DOMAIN + "<a/>".repeat(900_000) + "</domain>");
        all.put("deep.xml", () -> DOMAIN + "<a>".repeat(900_000));
        all.put("text.xml", () -> DOMAIN + "<title>" + "a".repeat(3_900_000) + "</title></domain>");
        all.put("value.xml", () -> DOMAIN + "<title a='" + "a".repeat(3_900_000) + "'/></domain>");
        all.put("name.xml", () -> DOMAIN + "<" + "a".repeat(3_900_000) + "/></domain>");
        all.put("cdata.xml", () -> DOMAIN + "<![CDATA[a]]>".repeat(290_000) + "</domain>");
        all.put("references.xml", () -> DOMAIN + "&#65;".repeat(780_000) + "</domain>");
        all.put(
                "entities.xml",
                () -> "<!DOCTYPE domain [<!ENTITY a0 'aaaaaaaaaa'>"
                        + each(30, i -> "<!ENTITY a" + (i + 1) + " '" + ("&a" + i + ";").repeat(10) + "'>")
                        + "]><domain type='kvm'><name>&a30;</name></domain>");
        all.put("external.xml", () -> "<!DOCTYPE domain SYSTEM 'http://127.0.0.1:9/a'><domain type='kvm'/>");
        all.put("type.xml", () -> "<!DOCTYPE domain [" + "<!ELEMENT a (b)>".repeat(200_000) + "]><domain/>");
        all.put("comments.xml", () -> "<!---->".repeat(500_000) + DOMAIN + "</domain>");
        all.put("comment.xml", () -> "<!--" + "-a".repeat(1_900_000) + "-->" + DOMAIN + "</domain>");
        all.put("instructions.xml", () -> "<?a b?>".repeat(500_000) + DOMAIN + "</domain>");
        all.put("open.xml", () -> DOMAIN + "<a b='" + "<".repeat(3_900_000));
        all.put("brackets.xml", () -> DOMAIN + "<".repeat(3_900_000));
        all.put("ampersands.xml", () -> DOMAIN + "&".repeat(3_900_000));
        all.put(
                "disks.xml",
                () -> DOMAIN + "<devices>"
                        + "<disk type='file'><source file='a'/><target dev='vda'/></disk>".repeat(60_000)
                        + "</devices></domain>");
        all.put(
                "files.ovf",
                () -> ENVELOPE + "<References>" + each(80_000, i -> "<File ovf:id='f" + i + "' ovf:href='a'/>")
                        + "</References></Envelope>");
        all.put(
                "items.ovf",
                () -> ENVELOPE + "<VirtualSystem ovf:id='a'><Info/><VirtualHardwareSection><Info/>"
                        + "<Item><InstanceID>1</InstanceID></Item>".repeat(90_000)
                        + "</VirtualHardwareSection></VirtualSystem></Envelope>");
        all.put(
                "media.vbox",
                () -> VBOX
                        + each(
                                40_000,
                                i -> "<HardDisk uuid='{11111111-1111-1111-1111-%012x}' location='a'/>".formatted(i))
                        + "</HardDisks></MediaRegistry></Machine></VirtualBox>");
        all.put(
                "objects.xml",
                () -> "<value><struct><member><name>objects</name><value><array><data>"
                        + "<value><struct><member><name>class</name><value>VM</value></member></struct></value>"
                                .repeat(45_000)
                        + "</data></array></value></member></struct></value>");
    }

    private static void lines(Map<String, Supplier<String>> all) {
        all.put("keys.vmx", () -> VMX + each(250_000, i -> "k" + i + " = \"1\"\n"));
        all.put("same.vmx", () -> VMX + "a = \"1\"\n".repeat(430_000));
        all.put("lines.vmx", () -> VMX + "\n".repeat(3_900_000));
        all.put("value.vmx", () -> VMX + "a = \"" + "b".repeat(3_900_000) + "\"\n");
        all.put("escapes.vmx", () -> VMX + "displayName = \"" + "|41".repeat(1_200_000) + "\"\n");
        all.put("encoding.vmx", () -> VMX + ".encoding" + " ".repeat(3_900_000));
        all.put("blanks.vmx", () -> " ".repeat(3_900_000) + VMX);
        all.put("blank-lines.vmx", () -> VMX + (" ".repeat(60) + "\t\n").repeat(60_000) + "x");
        all.put(
                "places.vmx",
                () -> VMX + each(110_000, i -> "scsi%d:%d.present = \"TRUE\"\n".formatted(i / 16, i % 16)));
        all.put("list.cfg", () -> "disk = [" + "'a,raw,xvda,w',".repeat(60_000) + "]\n");
        all.put("deep.cfg", () -> "disk = " + "[".repeat(1_000_000));
        all.put("keys.cfg", () -> each(85_000, i -> "k" + i + " = 1\n"));
        all.put("adding.cfg", () -> "a += [ 1 ]\n".repeat(90_000));
        all.put("adding-text.cfg", () -> "a += '1';".repeat(110_000));
        all.put("text.cfg", () -> "name = \"" + "a".repeat(1_000_000) + "\"\n");
        all.put("escapes.cfg", () -> "name = \"" + "\\x41".repeat(240_000) + "\"\n");
        all.put("comments.cfg", () -> "#\n".repeat(500_000));
        all.put("open.cfg", () -> "name = '\n".repeat(100_000));
        all.put("number.cfg", () -> "memory = " + "9".repeat(1_000_000) + "\n");
        all.put("large.cfg", () -> "name = \"a\"\n".repeat(380_000));
        all.put("larger.cfg", () -> "name = \"a\"\n".repeat(1_900_000));
        all.put("nics.cfg", () -> "name='a'\nmemory=1\nvif = [" + "'mac=00:16:3e:00:00:01',".repeat(40_000) + "]\n");
        all.put("keys.conf", () -> CONF + each(250_000, i -> "unused" + i + ": a\n"));
        all.put("few-keys.conf", () -> CONF + each(60_000, i -> "unused" + i + ": a\n"));
        all.put("sections.conf", () -> CONF + each(60_000, i -> "[s" + i + "]\ncores: 1\n"));
        all.put("description.conf", () -> CONF + "#a\n".repeat(300_000));
        all.put("percent.conf", () -> CONF + "#" + "%41".repeat(300_000) + "\n");
        all.put("properties.conf", () -> CONF + "scsi0: " + "a=b,".repeat(250_000) + "\n");
        all.put("nothing.conf", () -> CONF + "x\n".repeat(500_000));
        all.put(
                "circle.conf",
                () -> CONF + each(3000, i -> "[s%d]\nparent: s%d\ncores: 1\n".formatted(i, (i + 1) % 3000)));
        all.put("chain.conf", () -> CONF + each(3000, i -> "[s%d]\nparent: s%d\ncores: 1\n".formatted(i, i + 1)));
        all.put(
                "wrong.conf",
                () -> CONF + each(1500, i -> "[s" + i + "]\nmemory: x\ncores: y\nsockets: z\nscsi0: q\nide0: q\n"));
        all.put("extents.vmdk", () -> DESCRIPTOR + "RW 1 FLAT \"a\" 0\n".repeat(60_000));
        all.put("settings.vmdk", () -> DESCRIPTOR + "a=\"b\"\n".repeat(170_000));
        all.put("line.vmdk", () -> DESCRIPTOR + "a".repeat(20_000_000));
    }

    private static void json(Map<String, Supplier<String>> all) {
        all.put("members.json", () -> XL_JSON + ",\"x\":{" + each(280_000, i -> "\"k" + i + "\":1,") + "\"k\":1}}}");
        all.put("deep.json", () -> XL_JSON + ",\"x\":" + "[".repeat(1_900_000));
        all.put("text.json", () -> XL_JSON + ",\"x\":\"" + "a".repeat(3_900_000) + "\"}}");
        all.put("escapes.json", () -> XL_JSON + ",\"x\":\"" + "\\u0041".repeat(640_000) + "\"}}");
        all.put("array.json", () -> XL_JSON + ",\"x\":[" + "1,".repeat(1_900_000) + "1]}}");
        all.put("number.json", () -> XL_JSON + ",\"x\":" + "1".repeat(3_900_000) + "}}");
        all.put(
                "colliding.json",
                () -> XL_JSON + ",\"x\":{" + each(65_536, i -> "\"" + colliding(i) + "\":1,") + "\"k\":1}}}");
    }
}
