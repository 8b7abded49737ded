/** XAPI's {@code ova.xml}, the definition inside an XVA: see {@link dev.bothways.machine.dialect.xapi.XapiDialect}. */
@NullMarked
package dev.bothways.machine.dialect.xapi;

import org.jspecify.annotations.NullMarked;
