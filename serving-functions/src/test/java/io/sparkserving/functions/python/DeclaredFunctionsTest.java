package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DeclaredFunctionsTest {
  private final DeclaredFunctions functions = new DeclaredFunctions();
  private final Set<String> active = new HashSet<>();
  private final PythonFunction function = TestFunctions.doubling("ok", Duration.ofSeconds(1), 1);

  private FunctionUse use(String... queries) {
    return functions.use(function.id(), List.of(queries));
  }

  @Test
  void aFunctionThatNobodyHasUsedIsNotKnownToHaveEnded() {
    functions.add(function, active::contains);
    assertThat(use()).isEqualTo(FunctionUse.UNKNOWN);
  }

  @Test
  void aFunctionThatTheDriverHasForgottenHasEnded() {
    assertThat(use("query")).isEqualTo(FunctionUse.ENDED);
  }

  @Test
  void aFunctionIsUsedUntilTheLastOfItsQueriesEnds() {
    functions.add(function, active::contains);
    AtomicBoolean first = new AtomicBoolean(true);
    AtomicBoolean second = new AtomicBoolean(true);
    functions.started(function.id(), first::get);
    functions.started(function.id(), second::get);
    first.set(false);
    assertThat(use()).isEqualTo(FunctionUse.ACTIVE);
    second.set(false);
    assertThat(use()).isEqualTo(FunctionUse.ENDED);
  }

  @Test
  void aQueryThatSparkItselfHasStartedIsKnownByItsTasks() {
    functions.add(function, active::contains);
    active.add("query");
    assertThat(use("another", "query")).isEqualTo(FunctionUse.ACTIVE);
    active.clear();
    assertThat(use("another", "query")).isEqualTo(FunctionUse.ENDED);
  }

  @Test
  void aFunctionWithWhichAQueryIsAboutToStartAgainHasNotEnded() {
    functions.add(function, active::contains);
    functions.started(function.id(), () -> false);
    assertThat(use("query")).isEqualTo(FunctionUse.ENDED);
    assertThat(functions.starting(function.id())).isSameAs(function);
    assertThat(use("query")).isEqualTo(FunctionUse.UNKNOWN);
    functions.started(function.id(), () -> true);
    assertThat(use("query")).isEqualTo(FunctionUse.ACTIVE);
  }
}
