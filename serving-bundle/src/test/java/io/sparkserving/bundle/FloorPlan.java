package io.sparkserving.bundle;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The floor plan as docs/architecture.md draws it: packages, and the arrows between them.
 *
 * @param rooms full names of packages
 * @param arrows each from the package that may use to the one that is used
 */
record FloorPlan(Set<String> rooms, Set<Arrow> arrows) {
  static final String ROOT = "io.sparkserving";

  private static final Pattern PICTURE =
      Pattern.compile("## Floor plan\\R.*?```mermaid\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern ROOM = Pattern.compile("\\s*(\\w+)\\[\"?([\\w.]+)\"?]\\s*");
  private static final Pattern ARROWS = Pattern.compile("\\s*(\\w+) --> (\\w+(?: & \\w+)*)\\s*");

  /**
   * An arrow of the picture.
   *
   * @param from package that may use
   * @param to package that is used
   */
  record Arrow(String from, String to) {
    @Override
    public String toString() {
      return from + " --> " + to;
    }
  }

  static FloorPlan read(Path page) throws IOException {
    Matcher picture = PICTURE.matcher(Files.readString(page));
    if (!picture.find()) {
      throw new IllegalStateException("Missing a Mermaid picture below '## Floor plan' in " + page);
    }
    List<String> lines = picture.group(1).lines().toList();
    Map<String, String> rooms = new HashMap<>();
    for (String line : lines) {
      Matcher room = ROOM.matcher(line);
      if (room.matches()) {
        String label = room.group(2);
        rooms.put(room.group(1), label.equals(ROOT) ? ROOT : ROOT + "." + label);
      }
    }
    Set<Arrow> arrows = new HashSet<>();
    for (String line : lines) {
      Matcher drawn = ARROWS.matcher(line);
      if (drawn.matches()) {
        Arrays.stream(drawn.group(2).split(" & ", -1))
            .map(to -> new Arrow(room(rooms, drawn.group(1)), room(rooms, to)))
            .forEach(arrows::add);
      }
    }
    return new FloorPlan(rooms.values().stream().collect(toUnmodifiableSet()), arrows);
  }

  private static String room(Map<String, String> rooms, String id) {
    String room = rooms.get(id);
    if (room == null) {
      throw new IllegalStateException(
          "Invalid arrow of the floor plan: no room '%s'".formatted(id));
    }
    return room;
  }

  /** Whether a package may use another: if arrows lead there, over however many rooms. */
  boolean allows(String user, String used) {
    return reachable(user).contains(used);
  }

  /** All packages that arrows lead to from one; that one itself only where arrows form a ring. */
  Set<String> reachable(String from) {
    Set<String> reached = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty()) {
      String room = open.pop();
      arrows.stream()
          .filter(arrow -> arrow.from().equals(room))
          .map(Arrow::to)
          .filter(reached::add)
          .forEach(open::push);
    }
    return reached;
  }
}
