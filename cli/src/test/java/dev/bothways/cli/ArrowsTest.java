package dev.bothways.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.ANNOTATIONS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules, as ARCHITECTURE.md draws them: down only. */
@AnalyzeClasses(packages = "dev.bothways", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArrowsTest {

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.bothways..")
            .withOptionalLayers(true)
            .layer("machine")
            .definedBy("dev.bothways.machine..")
            .layer("disk")
            .definedBy("dev.bothways.disk..")
            .layer("filesystem")
            .definedBy("dev.bothways.filesystem..")
            .layer("guest")
            .definedBy("dev.bothways.guest..")
            .layer("conversion")
            .definedBy("dev.bothways.conversion..")
            .layer("cli")
            .definedBy("dev.bothways.cli..")
            .whereLayer("machine")
            .mayNotAccessAnyLayer()
            .whereLayer("disk")
            .mayNotAccessAnyLayer()
            .whereLayer("filesystem")
            .mayOnlyAccessLayers("disk")
            .whereLayer("guest")
            .mayOnlyAccessLayers("machine", "disk", "filesystem")
            .whereLayer("conversion")
            .mayOnlyAccessLayers("machine", "disk", "filesystem", "guest");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS_OR_EXITS = noClasses()
            .that()
            .resideOutsideOfPackage("dev.bothways.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule COMMANDS_ARE_DECLARED_WITHOUT_ANNOTATIONS = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("picocli..").and(ANNOTATIONS))
            .because("picocli takes longer to read them than most commands run; see Command");

    @ArchTest
    static final ArchRule FREE_SPACE_IS_ASKED_WITHOUT_THE_TABLE_OF_MOUNTS = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo("java.nio.file.FileStore")
            .because("in a chroot the folder's mount is not in that table, and the call throws; ask FreeSpace");
}
