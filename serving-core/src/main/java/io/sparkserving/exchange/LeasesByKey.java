package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The leases of one server, by what tasks call them. All threads may call all methods. */
final class LeasesByKey {
  @GuardedBy("this")
  private final Map<LeaseKey, Lease> leases = new HashMap<>();

  /**
   * What a task that begins meets.
   *
   * @param lease of the task
   * @param before the lease of the same key in whose place that one is; null if there was none
   */
  record Joined(Lease lease, @Nullable Lease before) {}

  /** Adds a lease; returns the one of the same key that it replaces. */
  synchronized @Nullable Lease put(Lease lease) {
    return leases.put(lease.key(), lease);
  }

  /** Adds a reader to the lease of the same key whose share is kept, or else to this one. */
  synchronized Joined join(Lease fresh) {
    Lease before = leases.get(fresh.key());
    if (before != null && before.share().isKept()) {
      before.share().addReader();
      return new Joined(before, null);
    }
    fresh.share().addReader();
    leases.put(fresh.key(), fresh);
    return new Joined(fresh, before);
  }

  synchronized @Nullable Lease find(LeaseKey key) {
    return leases.get(key);
  }

  synchronized @Nullable Lease remove(LeaseKey key) {
    return leases.remove(key);
  }

  synchronized void remove(Lease lease) {
    leases.remove(lease.key(), lease);
  }

  /** Removes a lease that one task alone has read; false if others may read it, and it stays. */
  synchronized boolean removeUnlessShared(Lease lease) {
    if (lease.share().hasSeveralReaders()) {
      return false;
    }
    leases.remove(lease.key(), lease);
    return true;
  }

  /** Removes the leases with such keys, and returns them. */
  synchronized List<Lease> removeIf(Predicate<LeaseKey> isOver) {
    List<Lease> over = leases.values().stream().filter(lease -> isOver.test(lease.key())).toList();
    over.forEach(lease -> leases.remove(lease.key()));
    return over;
  }

  synchronized List<Lease> all() {
    return List.copyOf(leases.values());
  }

  synchronized int size() {
    return leases.size();
  }
}
