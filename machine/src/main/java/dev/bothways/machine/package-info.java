/**
 * The definition of a virtual machine as a neutral record, and the dialects it is written in. Nothing here opens a disk.
 */
@NullMarked
package dev.bothways.machine;

import org.jspecify.annotations.NullMarked;
