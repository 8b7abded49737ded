/** Backups of Proxmox VE, as vzdump makes them of machines. */
@NullMarked
package dev.bothways.disk.archive.vma;

import org.jspecify.annotations.NullMarked;
