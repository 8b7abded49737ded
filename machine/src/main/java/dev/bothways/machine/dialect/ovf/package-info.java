/** The Open Virtualization Format: envelopes of VMware, VirtualBox, oVirt, XenServer and others. */
@NullMarked
package dev.bothways.machine.dialect.ovf;

import org.jspecify.annotations.NullMarked;
