/** The command line: one class a command, and the only code that prints. */
@NullMarked
package dev.bothways.cli;

import org.jspecify.annotations.NullMarked;
