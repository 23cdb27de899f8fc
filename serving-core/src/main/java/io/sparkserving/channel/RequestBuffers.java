package io.sparkserving.channel;

import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * Jetty's pool of buffers, but for requests that are read: each read gets a new array, which nobody
 * gets a second time. It is in this package as all ports need it, the internal channel's and those
 * that clients call.
 *
 * <p>Where a request is malformed, Jetty (12.1.14 for one) answers it on another thread than the
 * one that has read it, and both may then give the connection's buffer back. A pooled one would
 * have gone to another connection in between, and been shared by two: clients would be answered
 * each other's requests, or not at all.
 */
public final class RequestBuffers extends ByteBufferPool.Wrapper {
  private RequestBuffers() {
    super(new ArrayByteBufferPool());
  }

  /** Makes a server whose {@linkplain #http1 connections} read into new arrays. */
  public static Server server(ThreadPool threads, Scheduler timer) {
    return new Server(threads, timer, new RequestBuffers());
  }

  /** Makes HTTP/1.1 connections that read into arrays on the heap, which are not pooled. */
  public static HttpConnectionFactory http1(HttpConfiguration http) {
    ParserLog.limit();
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    http1.setUseInputDirectByteBuffers(false);
    return http1;
  }

  @Override
  public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
    return direct ? super.acquire(size, true) : NON_POOLING.acquire(size, false);
  }
}
