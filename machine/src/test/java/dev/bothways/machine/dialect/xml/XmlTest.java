package dev.bothways.machine.dialect.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bothways.machine.DefinitionException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class XmlTest {
    private static final String OVF = "http://schemas.dmtf.org/ovf/envelope/1";

    @Test
    void readsElementsAttributesAndText() throws DefinitionException {
        XmlElement root = read("<?xml version='1.0'?>\n<!-- c --><a xmlns:o='" + OVF
                + "' id='1' o:id='2' o:size='3'><b> x<!-- y -->z </b><c/><b/><?pi?></a>");
        assertThat(root.name()).isEqualTo("a");
        assertThat(root.line()).isEqualTo(2);
        assertThat(root.attribute("id")).contains("1");
        assertThat(root.attribute("size")).contains("3");
        assertThat(root.attribute("none")).isEmpty();
        assertThat(root.textOf("b")).contains("xz");
        assertThat(root.textOf("c")).isEmpty();
        assertThat(root.children("b")).hasSize(2);
    }

    @Test
    void readsUtf16() throws DefinitionException {
        byte[] content = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>ä</a>".getBytes(StandardCharsets.UTF_16);
        assertThat(XmlReader.read(content, "t.xml").text()).isEqualTo("ä");
        assertThat(XmlReader.rootOf(content)).contains("{}a");
    }

    @Test
    void refusesADocumentType() {
        refused("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "document type declaration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a>", "<a></b>", "", "x", "<a b=1/>", "<a>&nbsp;</a>", "<a>\u0001</a>", "<a/><b/>"})
    void refusesWhatIsNoXmlWithItsPlace(String text) {
        refused(text, "test.xml");
    }

    @Test
    void refusesElementsWithoutEnd() {
        refused("<a>".repeat(100_000), "deep");
    }

    @Test
    void tellsTheRoot() {
        assertThat(rootOf("\ufeff<?xml version='1.0'?><!-- c --><Envelope xmlns='" + OVF + "'>"))
                .contains("{" + OVF + "}Envelope");
        assertThat(rootOf("\n \n<?xml version='1.0'?><domain/>")).contains("{}domain");
        assertThat(rootOf("builder = \"hvm\"")).isEmpty();
        assertThat(rootOf("<<<")).isEmpty();
        assertThat(rootOf("")).isEmpty();
    }

    @Test
    void writesAnythingSoThatItReadsBack() throws DefinitionException {
        String hostile = "</a>\"'&<>\n\t\r]]>\u00e4\ud83d\ude00";
        XmlElement root = XmlElement.builder("a")
                .attribute("n", hostile)
                .attribute(OVF, "m", hostile)
                .child("b", hostile)
                .child(XmlElement.builder(OVF, "c").child("d", 7))
                .build();
        String text = XmlWriter.document(root, Map.of(OVF, "ovf"));
        XmlElement again = read(text);
        assertThat(again.attributes()).isEqualTo(root.attributes());
        assertThat(again.child("b").map(XmlElement::text)).contains(hostile);
        assertThat(again.at("c", "d").map(XmlElement::namespace)).contains(OVF);
        assertThat(text).contains("\n  <ovf:c>\n    <ovf:d>7</ovf:d>\n  </ovf:c>\n");
    }

    @Test
    void writesWhatXmlCannotHoldAsAReplacement() throws DefinitionException {
        XmlElement root = XmlElement.builder("a").text("x\u0000\u001b\ud800y").build();
        assertThat(read(XmlWriter.element(root, Map.of())).text()).isEqualTo("x\ufffd\ufffd\ufffdy");
    }

    @Test
    void findsAWayThroughFirstChildren() throws DefinitionException {
        XmlElement root = read("<a><b><c>1</c></b><b><c>2</c></b></a>");
        assertThat(root.at("b", "c").map(XmlElement::text)).contains("1");
        assertThat(root.at("b", "x", "c")).isEmpty();
        assertThat(List.of(root.at())).containsExactly(Optional.of(root));
    }

    private static XmlElement read(String text) throws DefinitionException {
        return XmlReader.read(text.getBytes(StandardCharsets.UTF_8), "test.xml");
    }

    private static Optional<String> rootOf(String text) {
        return XmlReader.rootOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String text, String why) {
        assertThatExceptionOfType(DefinitionException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining(why)
                .withMessageStartingWith("test.xml");
    }
}
