package io.sparkserving.driver;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import scala.runtime.BoxedUnit;

/**
 * Queries that read the requests to a service more than once, as branches of a union do. With
 * triggers whose readers go on for ever each request is read once, by any of the readers.
 */
public final class RepeatedReads {
  private RepeatedReads() {}

  /** A table of requests, as a query's plan has it. */
  public interface Requests {
    /** Name of the service. */
    String serviceName();
  }

  /**
   * Checks a plan that is to run with such a trigger.
   *
   * @throws UnsupportedOperationException if the plan reads a service more than once
   */
  public static void check(LogicalPlan plan) {
    Set<Requests> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    plan.foreach(
        node -> {
          if (node instanceof StreamingRelationV2 relation
              && relation.table() instanceof Requests requests
              && !seen.add(requests)) {
            throw refusal(requests.serviceName());
          }
          return BoxedUnit.UNIT;
        });
  }

  /** Says why a query is refused, and what to do instead. */
  public static UnsupportedOperationException refusal(String service) {
    return new UnsupportedOperationException(
        "Unsupported plan: the query reads the requests to '"
            + service
            + "' more than once, as branches of a union do, and with this trigger each request is"
            + " read once. Make one stream of it, with when(...).otherwise(...) on the path in"
            + " place of branches, or read and write with distributedServer() or server().");
  }
}
