/** The dialect {@code kubevirt}: the YAML or JSON of a VirtualMachine of KubeVirt. */
@NullMarked
package dev.bothways.machine.dialect.kubevirt;

import org.jspecify.annotations.NullMarked;
