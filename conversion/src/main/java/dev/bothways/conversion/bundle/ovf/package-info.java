/** OVF packages: an envelope with its disks, its manifest and its certificate, in a folder or an OVA. */
@NullMarked
package dev.bothways.conversion.bundle.ovf;

import org.jspecify.annotations.NullMarked;
