package io.sparkserving.task.source;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.RequestBatch;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.server.worker.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskFailureListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of a task that runs in another JVM than the one where they wait, as Spark had no
 * room there. Methods are called within the task, on a thread of its own, and wait for the answer.
 *
 * @param home where the requests wait
 * @param key under which the task has them
 */
public record RemoteRequests(ServiceEndpoint home, LeaseKey key) {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteRequests.class);

  /**
   * Takes the task's share of what waits, or gets what another task with the same key has taken. A
   * task that cannot reach its requests fails, as they may have been taken: the next try gets the
   * same.
   *
   * @param takers how many will share what waits now, the task among them
   */
  public List<DeliveredRequest> take(int takers) {
    TaskContext.get().addTaskFailureListener(new GiveBack(this));
    try {
      return RequestBatch.read(ask(Messages.SHARE, takers), DeliveredRequest::new);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot take the requests of " + key, e);
    }
  }

  /** Has what was taken wait again, as the last try of the task begins, which takes nothing. */
  public void withdraw() {
    try {
      ask(Messages.WITHDRAW, 0);
    } catch (IOException e) {
      LOG.debug("The server of {} has gone, and its clients with it", key, e);
    }
  }

  private byte[] ask(String path, long number) throws IOException {
    byte[] question = Messages.numbers(key.term(), key.batch(), key.partition(), number);
    return ChannelClient.await(ChannelClient.jvm().send(home, path, question));
  }

  private record GiveBack(RemoteRequests requests) implements TaskFailureListener {
    @Override
    public void onTaskFailure(TaskContext task, Throwable error) {
      try {
        boolean blames = TaskAttempts.blame(task, error) == Blame.OLDEST;
        requests.ask(Messages.GIVE_BACK, blames ? 1 : 0);
      } catch (IOException e) {
        LOG.debug("The requests of {} cannot be given back", requests.key(), e);
      }
    }
  }
}
