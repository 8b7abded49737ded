/**
 * XVA, the export of XenServer and XCP-ng: a tar archive with a definition and the disks in chunks. {@link
 * dev.bothways.disk.archive.xva.XvaArchive} holds the layout.
 */
@NullMarked
package dev.bothways.disk.archive.xva;

import org.jspecify.annotations.NullMarked;
