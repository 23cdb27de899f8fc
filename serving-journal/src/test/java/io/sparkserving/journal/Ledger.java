package io.sparkserving.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Clients that pay amounts, each for users of its own, and remember every total that they were
 * told. A request without an answer may count, or not; a request under a key is sent again until it
 * is answered, and counts once.
 */
final class Ledger implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int USERS_EACH = 3;
  private static final Duration MOST_WAIT = Duration.ofSeconds(40);

  /** What a client knows of one user. */
  private static final class Account {
    long count;
    long total;

    /** Requests, and what they would pay, of which nobody knows whether they count. */
    long uncertainCount;

    long uncertainTotal;
  }

  private final URI address;
  private final boolean keyed;
  private final List<Thread> clients = new ArrayList<>();
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong uncertain = new AtomicLong();
  private volatile boolean over;

  private Ledger(int port, boolean keyed) {
    this.address = URI.create("http://localhost:" + port + "/" + LedgerDriver.API);
    this.keyed = keyed;
  }

  static Ledger open(int port, int clients, boolean keyed) {
    Ledger ledger = new Ledger(port, keyed);
    for (int i = 0; i < clients; i++) {
      int number = i;
      Thread client = new Thread(() -> ledger.pay(number), "client-" + i);
      client.setDaemon(true);
      client.start();
      ledger.clients.add(client);
    }
    return ledger;
  }

  /** Everything that was not as it should be. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  long acknowledged() {
    return acknowledged.get();
  }

  @Override
  public String toString() {
    return "%d acknowledged, %d uncertain, statuses %s, %d wrong"
        .formatted(acknowledged.get(), uncertain.get(), statuses, wrong.size());
  }

  private void pay(int number) {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    Random random = new Random(number);
    long sent = 0;
    while (!over) {
      String user = "user" + number + "-" + random.nextInt(USERS_EACH);
      long amount = 1 + random.nextInt(9);
      String key = "key-" + number + "-" + sent++;
      pay(http, user, amount, key);
    }
  }

  private void pay(HttpClient http, String user, long amount, String key) {
    Account account = accounts.computeIfAbsent(user, name -> new Account());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(MOST_WAIT)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"user\":\"%s\",\"amount\":%d}".formatted(user, amount)));
    if (keyed) {
      request.header("Idempotency-Key", key);
    }
    while (true) {
      HttpResponse<String> answer = send(http, request.build());
      if (answer != null && answer.statusCode() == 200) {
        check(user, account, amount, answer.body());
        return;
      }
      boolean wasSent = answer == null || answer != NEVER_SENT;
      if (!keyed && answer != NEVER_SENT) {
        account.uncertainCount++;
        account.uncertainTotal += amount;
        uncertain.incrementAndGet();
      }
      if (over || (!keyed && wasSent)) {
        if (keyed) {
          account.uncertainCount++;
          account.uncertainTotal += amount;
        }
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static final HttpResponse<String> NEVER_SENT = new NeverSent();

  private @Nullable HttpResponse<String> send(HttpClient http, HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      statuses.computeIfAbsent(answer.statusCode(), status -> new AtomicLong()).incrementAndGet();
      return answer;
    } catch (ConnectException e) {
      return NEVER_SENT;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      over = true;
      return null;
    }
  }

  private void check(String user, Account account, long amount, String body) {
    try {
      JsonNode told = MAPPER.readTree(body);
      long count = told.path("count").asLong();
      long total = told.path("total").asLong();
      acknowledged.incrementAndGet();
      long least = account.count + 1;
      long most = least + account.uncertainCount;
      long leastTotal = account.total + amount;
      boolean fits =
          count >= least
              && count <= most
              && total >= leastTotal
              && total <= leastTotal + account.uncertainTotal
              && told.path("user").asText().equals(user);
      if (!fits) {
        wrong.add(
            "%s was told %s, after count %d, total %d, amount %d, and %d requests of %d uncertain"
                .formatted(
                    user,
                    body,
                    account.count,
                    account.total,
                    amount,
                    account.uncertainCount,
                    account.uncertainTotal));
      }
      account.count = count;
      account.total = total;
      account.uncertainCount = 0;
      account.uncertainTotal = 0;
    } catch (IOException e) {
      wrong.add(user + " was told " + body);
    }
  }

  /** Lets the clients end with what they have begun. */
  void stop() throws InterruptedException {
    over = true;
    for (Thread client : clients) {
      client.join(MOST_WAIT.toMillis());
    }
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    for (Thread client : clients) {
      client.interrupt();
    }
  }
}
