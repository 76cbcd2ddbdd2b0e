package dev.unroll;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The package tree is the architecture; this holds the direction in which it may be used. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages("dev.unroll");

  @BeforeAll
  static void thereIsSomethingToCheck() {
    assertFalse(CLASSES.isEmpty(), "no compiled class of dev.unroll found on the class path");
  }

  @Test
  void packagesUseOnlyWhatStandsToTheirLeft() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("math")
        .definedBy("dev.unroll.math..")
        .layer("net")
        .definedBy("dev.unroll.net..")
        .layer("train")
        .definedBy("dev.unroll.train..")
        .layer("export")
        .definedBy("dev.unroll.export..")
        .layer("plan")
        .definedBy("dev.unroll.plan..")
        .layer("spark")
        .definedBy("dev.unroll.spark..")
        .layer("jobs")
        .definedBy("dev.unroll.jobs..")
        .whereLayer("math")
        .mayNotAccessAnyLayer()
        .whereLayer("net")
        .mayOnlyAccessLayers("math")
        .whereLayer("train")
        .mayOnlyAccessLayers("math", "net")
        .whereLayer("export")
        .mayOnlyAccessLayers("math", "net")
        .whereLayer("plan")
        .mayOnlyAccessLayers("math", "net")
        .whereLayer("spark")
        .mayOnlyAccessLayers("math", "net", "train", "export", "plan")
        .whereLayer("jobs")
        .mayOnlyAccessLayers("math", "net", "train", "export", "plan", "spark")
        .ensureAllClassesAreContainedInArchitecture()
        .check(CLASSES);
  }

  @Test
  void onlyTheVectorKernelsNeedTheVectorModule() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching("dev\\.unroll\\.math\\.Vector[^.]*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.."));
  }

  @Test
  void onlyBlasKernelsKnowsTheBlas() {
    check(
        noClasses()
            .that()
            .haveNameNotMatching("dev\\.unroll\\.math\\.BlasKernels(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ludovic.netlib.."));
  }

  @Test
  void mathAndNetworksRunWithoutSpark() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("dev.unroll.spark..", "dev.unroll.jobs..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala.."));
  }

  @Test
  void nothingUsesBreeze() {
    check(noClasses().should().dependOnClassesThat().resideInAPackage("breeze.."));
  }

  @Test
  void randomnessComesOnlyFromTheKeyedGenerator() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat(
                belongToAnyOf(Random.class, ThreadLocalRandom.class, SplittableRandom.class))
            .orShould()
            .accessTargetWhere(method(Math.class, "random"))
            .orShould()
            .accessTargetWhere(method(StrictMath.class, "random")));
  }

  @Test
  void nothingReadsSerializedObjects() {
    check(noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class));
  }

  @Test
  void onlyJobsEndTheProcess() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.unroll.jobs..")
            .should()
            .accessTargetWhere(method(System.class, "exit"))
            .orShould()
            .accessTargetWhere(method(Runtime.class, "exit"))
            .orShould()
            .accessTargetWhere(method(Runtime.class, "halt")));
  }

  /** Packages may be missing, so a rule may find nothing that it speaks of. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static DescribedPredicate<JavaAccess<?>> method(Class<?> owner, String name) {
    return targetOwner(belongToAnyOf(owner))
        .and(target(name(name)))
        .as("%s.%s", owner.getSimpleName(), name);
  }
}
