package io.sparkserving.journal;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** A segment that is being written. For one thread. */
interface SegmentOutput extends Closeable {
  /** Adds bytes, which are not safe yet. */
  void write(byte[] bytes, int length) throws IOException;

  /** Returns when all bytes are on disks. */
  void sync() throws IOException;

  /**
   * Begins a file that is not there.
   *
   * @param synced whether the file is to be synced while it is open
   * @throws IOException if it cannot be made, or if the file system cannot sync
   */
  static SegmentOutput create(FileSystem files, Path file, boolean synced) throws IOException {
    if ("file".equals(files.getUri().getScheme())) {
      return Local.create(file);
    }
    FSDataOutputStream out = files.create(file, false);
    if (synced && !out.hasCapability(StreamCapabilities.HSYNC)) {
      out.close();
      files.delete(file, false);
      throw new IOException(
          "Unsupported journal.flush on %s: the file system cannot sync an open file. Set"
                  .formatted(files.getUri())
              + " journal.flush to batch.");
    }
    return new Remote(out);
  }

  /** A file of the machine's own disks, which Hadoop would not sync. */
  record Local(FileChannel channel) implements SegmentOutput {
    private static SegmentOutput create(Path file) throws IOException {
      java.nio.file.Path path = java.nio.file.Path.of(URI.create("file://" + uriPath(file)));
      Files.createDirectories(path.getParent());
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // The file's name is as much to be kept as its bytes.
      try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
        folder.force(true);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new Local(channel);
    }

    private static String uriPath(Path file) {
      return file.toUri().getRawPath();
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** A file of any other file system. */
  record Remote(FSDataOutputStream out) implements SegmentOutput {
    @Override
    public void write(byte[] bytes, int length) throws IOException {
      out.write(bytes, 0, length);
    }

    @Override
    public void sync() throws IOException {
      out.hsync();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
