/**
 * Proxmox VE's {@code .conf} files of machines, as {@code qemu-server} 9 reads and writes them.
 *
 * <p>From text to machine: {@code ConfParser} takes the file apart into a {@code ConfSection} for the machine and one for each
 * snapshot; {@code SectionReader} gives a section's settings their meaning, with a class each for drives, NICs, what is started
 * from and the screen. {@code ConfWriter} and {@code SectionWriter} go back. A setting that the record has only a part of is
 * kept beside it, and written as it was while it still means what the record says.
 */
@NullMarked
package dev.bothways.machine.dialect.proxmox;

import org.jspecify.annotations.NullMarked;
