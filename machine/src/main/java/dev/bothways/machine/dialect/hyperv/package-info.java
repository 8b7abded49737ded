/**
 * The definitions of Microsoft Hyper-V: {@code .vmcx} since Windows Server 2016, XML before it, {@code .exp} as 2008 exports it.
 *
 * <p>The first two hold one tree of typed keys. {@code VmcxHeader}, {@code VmcxLog}, {@code VmcxObjects} and {@code VmcxKeys} are
 * the structures of the binary file, {@code VmcxFile} puts the tree together; {@code HypervXml} reads it from XML. An {@code .exp}
 * holds objects of WMI ({@code CimObject}), and the {@code Exp} classes make such a tree of them. {@code HypervReader} gives the
 * tree its meaning, with a class each for devices, drives, NICs and what is left over.
 */
@NullMarked
package dev.bothways.machine.dialect.hyperv;

import org.jspecify.annotations.NullMarked;
