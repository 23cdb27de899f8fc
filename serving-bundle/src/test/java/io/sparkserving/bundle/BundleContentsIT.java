package io.sparkserving.bundle;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** Holds the built bundle against the checked-in list of what it ships. */
final class BundleContentsIT {
  private static final Path LIST = Path.of(System.getProperty("bundle.list"));
  private static final Pattern PACKAGE_URL =
      Pattern.compile("\"purl\" : \"pkg:maven/([^/]+)/([^@]+)@([^?]+)[?]");

  private static final Set<String> OWN =
      Set.of("io/sparkserving/", "META-INF/MANIFEST.MF", "META-INF/sbom/");

  /** Those that the list cannot have, as their jars do not say what they are. */
  private static final Set<String> UNMARKED =
      Set.of("io.micrometer:", "io.projectreactor:", "org.reactivestreams:");

  /** What the classes name and Spark, or nobody, brings: the plugin cannot leave it out. */
  private static final Set<String> NOT_SHIPPED =
      Set.of("org.slf4j:", "org.jspecify:", "com.google.errorprone:");

  private static final String SHADED = "io.sparkserving.shaded.";
  private static JarFile bundle;

  @BeforeAll
  static void openBundle() throws IOException {
    bundle = new JarFile(System.getProperty("bundle.jar"));
  }

  @AfterAll
  static void closeBundle() throws IOException {
    bundle.close();
  }

  @Test
  void shipsTheListedDependenciesAndNoOthers() throws IOException {
    Set<String> shipped = new TreeSet<>();
    for (JarEntry entry : entriesEndingWith("/pom.properties")) {
      Properties properties = new Properties();
      try (InputStream in = bundle.getInputStream(entry)) {
        properties.load(in);
      }
      String artifact = properties.get("groupId") + ":" + properties.get("artifactId");
      shipped.add(
          artifact.startsWith("io.sparkserving:")
              ? artifact
              : artifact + ":" + properties.get("version"));
    }

    assertThat(shipped).containsExactlyElementsOf(listed("dependency "));
  }

  @Test
  void namesInItsBillOfMaterialsWhatItShips() throws IOException {
    Set<String> named = new TreeSet<>(Set.of("io.sparkserving:serving-bundle"));
    Matcher found = PACKAGE_URL.matcher(text("META-INF/sbom/serving-bundle.cdx.json"));
    while (found.find()) {
      String artifact = found.group(1) + ":" + found.group(2);
      named.add(
          artifact.startsWith("io.sparkserving:") ? artifact : artifact + ":" + found.group(3));
    }

    assertThat(named)
        .filteredOn(name -> UNMARKED.stream().noneMatch(name::startsWith))
        .filteredOn(name -> NOT_SHIPPED.stream().noneMatch(name::startsWith))
        .containsExactlyElementsOf(listed("dependency "));
  }

  /** Whatever is stamped with the hour of the build makes every build another one. */
  @Test
  void hasTheTimeOfTheVersionInAllThatIsItsOwn() {
    LocalDateTime time = OffsetDateTime.parse(System.getProperty("bundle.time")).toLocalDateTime();

    assertThat(bundle.stream())
        .filteredOn(entry -> OWN.stream().anyMatch(entry.getName()::startsWith))
        .filteredOn(entry -> !entry.getName().startsWith("io/sparkserving/shaded/"))
        .hasSizeGreaterThan(100)
        .allSatisfy(entry -> assertThat(entry.getTimeLocal()).as(entry.getName()).isEqualTo(time));
  }

  @Test
  void keepsClassesInTheListedPackagesOnly() throws IOException {
    List<String> own = List.copyOf(listed("package "));
    List<String> relocated = listed("relocated ").stream().map(SHADED::concat).toList();

    for (JarEntry entry : entriesEndingWith(".class")) {
      // Some classes have variants for newer Javas.
      String name = entry.getName().replaceFirst("^META-INF/versions/\\d+/", "").replace('/', '.');
      assertThat(name.startsWith(SHADED) ? relocated : own)
          .as("packages that may hold %s", name)
          .anyMatch(folder -> name.startsWith(folder + "."));
    }
  }

  @Test
  void mergesAndRelocatesServiceFiles() throws IOException {
    assertThat(text("META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"))
        .contains("io.sparkserving.");
    assertThat(
            text(
                "META-INF/services/io.sparkserving.shaded.org.eclipse.jetty.http.HttpFieldPreEncoder"))
        .contains(
            "io.sparkserving.shaded.org.eclipse.jetty.http.Http11FieldPreEncoder",
            "io.sparkserving.shaded.org.eclipse.jetty.http2.hpack.HpackFieldPreEncoder");
    assertThat(
            text(
                "META-INF/services/io.sparkserving.shaded.org.eclipse.jetty.io.ssl.ALPNProcessor$Server"))
        .contains("io.sparkserving.shaded.org.eclipse.jetty.alpn.java.server.");
    assertThat(bundle.stream())
        .extracting(JarEntry::getName)
        .noneMatch(name -> name.startsWith("META-INF/services/org.eclipse."));
  }

  /**
   * A switch over strings jumps by the hash codes that they had when it was compiled, so none of
   * its strings may be renamed.
   */
  @Test
  void renamesNoStringThatASwitchHas() throws IOException {
    List<String> broken = new ArrayList<>();
    for (JarEntry entry : entriesEndingWith(".class")) {
      ClassNode type = new ClassNode();
      try (InputStream in = bundle.getInputStream(entry)) {
        new ClassReader(in).accept(type, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      }
      for (MethodNode method : type.methods) {
        if (!hashCodesOfStrings(method).containsAll(hashCodesOfSwitches(method))) {
          broken.add(type.name + "." + method.name);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static Set<Integer> hashCodesOfSwitches(MethodNode method) {
    return Arrays.stream(method.instructions.toArray())
        .filter(LookupSwitchInsnNode.class::isInstance)
        .filter(jump -> jump.getPrevious() instanceof MethodInsnNode call && isOfString(call))
        .flatMap(jump -> ((LookupSwitchInsnNode) jump).keys.stream())
        .collect(toSet());
  }

  private static boolean isOfString(MethodInsnNode call) {
    return call.owner.equals("java/lang/String") && call.name.equals("hashCode");
  }

  private static Set<Integer> hashCodesOfStrings(MethodNode method) {
    return Arrays.stream(method.instructions.toArray())
        .filter(LdcInsnNode.class::isInstance)
        .map(constant -> ((LdcInsnNode) constant).cst.hashCode())
        .collect(toSet());
  }

  @Test
  void carriesOfSwaggerUiWhatItsPageNeeds() {
    assertThat(bundle.stream())
        .extracting(JarEntry::getName)
        .filteredOn(name -> name.startsWith("META-INF/resources/") && !name.endsWith("/"))
        .extracting(name -> name.substring(name.lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder(
            "swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt");
  }

  @Test
  void findsVariantsOfClassesForNewerJavas() throws IOException {
    assertThat(bundle.isMultiRelease()).isTrue();
    String signatures = SHADED.replace('.', '/') + "com/jcraft/jsch/jce/SignatureEdDSA.class";
    assertThat(bundle.getJarEntry("META-INF/versions/15/" + signatures)).isNotNull();
  }

  @Test
  void carriesLicenceAndNotice() throws IOException {
    assertThat(text("META-INF/LICENSE")).contains("Apache License");
    assertThat(text("META-INF/NOTICE"))
        .contains(
            "Eclipse Jetty",
            "Bucket4j",
            "Micrometer",
            "Prometheus",
            "JSch",
            "Azure SDK",
            "Reactor",
            "Swagger");
    assertThat(text("META-INF/LICENSE.txt")).contains("JCraft");
  }

  private static Set<String> listed(String kind) throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> line.startsWith(kind))
        .map(line -> line.substring(kind.length()).strip())
        .collect(toCollection(TreeSet::new));
  }

  private static List<JarEntry> entriesEndingWith(String suffix) {
    return bundle.stream().filter(entry -> entry.getName().endsWith(suffix)).toList();
  }

  private static String text(String name) throws IOException {
    JarEntry entry = bundle.getJarEntry(name);
    assertThat(entry).as(name).isNotNull();
    try (InputStream in = bundle.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
