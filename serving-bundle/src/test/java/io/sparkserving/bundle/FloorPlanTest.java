package io.sparkserving.bundle;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.sparkserving.bundle.FloorPlan.Arrow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds all modules to the picture in docs/architecture.md. */
class FloorPlanTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(FloorPlan.ROOT);

  private static FloorPlan plan;

  @BeforeAll
  static void readThePlan() throws IOException {
    plan = FloorPlan.read(Path.of("..", "docs", "architecture.md"));
  }

  @Test
  void everyPackageIsARoomOfThePictureAndEveryRoomAPackage() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(toSet()))
        .isEqualTo(plan.rooms());
  }

  @Test
  void packagesUseOnlyWhatArrowsLeadTo() {
    classes().should(useOnlyWhatArrowsLeadTo(plan)).check(CLASSES);
  }

  @Test
  void everyArrowOfThePictureIsThereInTheCode() {
    Set<Arrow> used = CLASSES.stream().flatMap(FloorPlanTest::arrows).collect(toSet());
    assertThat(plan.arrows()).filteredOn(arrow -> !used.contains(arrow)).isEmpty();
  }

  @Test
  void arrowsGoDownOnly() {
    assertThat(plan.rooms()).noneMatch(room -> plan.allows(room, room));
  }

  @Test
  void packagesFormNoRing() {
    slices().matching(FloorPlan.ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void modesKnowNoOtherMode() {
    for (String mode : Set.of("head", "distributed", "continuous")) {
      String[] others =
          Stream.of("head", "distributed", "continuous")
              .filter(other -> !other.equals(mode))
              .map(other -> FloorPlan.ROOT + "." + other + "..")
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(FloorPlan.ROOT + "." + mode + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CLASSES);
    }
  }

  @Test
  void onlyOperationsKnowsWhatAnOperatorIsShownWith() {
    noClasses()
        .that()
        .resideOutsideOfPackage(FloorPlan.ROOT + ".operations..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            FloorPlan.ROOT + ".operations..", "io.micrometer..", "io.prometheus..", "io.swagger..")
        .check(CLASSES);
  }

  @Test
  void onlyTheChannelOpensInternalConnections() {
    noClasses()
        .that(
            are(
                describe(
                    "neither of the channel nor of the gateway, which connects to public ports",
                    type ->
                        !type.getPackageName().equals(FloorPlan.ROOT + ".channel")
                            && !type.getPackageName().endsWith(".gateway"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.eclipse.jetty.client..", "java.net.http..")
        .check(CLASSES);
  }

  private static ArchCondition<JavaClass> useOnlyWhatArrowsLeadTo(FloorPlan plan) {
    return new ArchCondition<>("use only what arrows of the picture lead to") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        user.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isAnother(user, dependency.getTargetClass()))
            .filter(
                dependency ->
                    !plan.allows(
                        user.getPackageName(), dependency.getTargetClass().getPackageName()))
            .forEach(
                dependency ->
                    events.add(
                        SimpleConditionEvent.violated(dependency, dependency.getDescription())));
      }
    };
  }

  private static Stream<Arrow> arrows(JavaClass user) {
    return user.getDirectDependenciesFromSelf().stream()
        .filter(dependency -> isAnother(user, dependency.getTargetClass()))
        .map(
            dependency ->
                new Arrow(user.getPackageName(), dependency.getTargetClass().getPackageName()));
  }

  private static boolean isAnother(JavaClass user, JavaClass used) {
    return used.getPackageName().startsWith(FloorPlan.ROOT)
        && !used.getPackageName().equals(user.getPackageName());
  }
}
