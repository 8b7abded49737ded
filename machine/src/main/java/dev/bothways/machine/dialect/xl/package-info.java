/**
 * The dialect of Xen's {@code xl}: {@code .cfg} files.
 *
 * <p>From text to machine: {@code XlLexer} and {@code XlParser} read the grammar into {@code XlSettings}; {@code XlReader}
 * gives the settings their meaning, with a class each for drives, NICs, firmware and screen. {@code XlWriter} goes back.
 */
@NullMarked
package dev.bothways.machine.dialect.xl;

import org.jspecify.annotations.NullMarked;
