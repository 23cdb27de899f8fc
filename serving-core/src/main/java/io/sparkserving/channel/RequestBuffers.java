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
 * Jetty's pool of buffers, but not for what is read: each time that is a new array, which nobody
 * gets a second time.
 *
 * <p>Where a request is malformed, Jetty (12.1.13 for one) answers it on another thread than the
 * one that has read it, and both may then give the connection's buffer back. A pooled one would
 * have gone to another connection in between, and been shared by two: clients would be answered
 * each other's requests, or not at all.
 */
public final class RequestBuffers extends ByteBufferPool.Wrapper {
  private RequestBuffers() {
    super(new ArrayByteBufferPool());
  }

  /** A server whose {@linkplain #http1 connections} read into such buffers. */
  public static Server server(ThreadPool threads, Scheduler timer) {
    return new Server(threads, timer, new RequestBuffers());
  }

  /** HTTP/1.1 that reads into buffers on the heap, as these are. */
  public static HttpConnectionFactory http1(HttpConfiguration http) {
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    http1.setUseInputDirectByteBuffers(false);
    return http1;
  }

  @Override
  public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
    return direct ? super.acquire(size, true) : NON_POOLING.acquire(size, false);
  }
}
