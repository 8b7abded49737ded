/** Machines as every hypervisor defines them: read a definition of any dialect, write it in another one. */
module dev.bothways.machine {
    requires java.xml;
    requires org.yaml.snakeyaml;
    requires tools.jackson.core;
    requires static transitive org.jspecify;

    exports dev.bothways.machine;
    exports dev.bothways.machine.dialect;
}
