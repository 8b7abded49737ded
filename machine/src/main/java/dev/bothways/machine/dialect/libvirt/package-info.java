/**
 * libvirt's domain XML.
 *
 * <p>{@code DomainReader} takes the document apart, with a class each for processors, firmware, drives, network interfaces,
 * consoles, screen and the rest; {@code DomainWriter} puts it together. What the record has no word for stays XML: of a few
 * elements what is left when the record's words are taken out ({@code Remains}), of the others the whole element, which is
 * written again as long as it says what the record says.
 */
@NullMarked
package dev.bothways.machine.dialect.libvirt;

import org.jspecify.annotations.NullMarked;
