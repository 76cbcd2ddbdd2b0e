package dev.unroll.spark.rounds;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** Local files under {@code crash:///}, of which one operation goes wrong. */
public final class CrashingFileSystem extends RawLocalFileSystem {
  static final URI NAME = URI.create("crash:///");
  private static final AtomicInteger OPERATIONS = new AtomicInteger();
  private static int failing;
  private static Fault fault;

  /** Not ourselves: what it does among its own methods is no operation of the caller's. */
  private final RawLocalFileSystem disk = new RawLocalFileSystem();

  /** How an operation goes wrong. */
  enum Fault {
    /** Nothing happens, and it says so. */
    THROW,
    /** Half of what is written arrives, and it says so; otherwise as THROW. */
    HALF,
    /** Half of what is written arrives, and nobody is told before the process ends. */
    KILLED_IN_THE_MIDST
  }

  static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.crash.impl", CrashingFileSystem.class.getName());
    conf.setBoolean("fs.crash.impl.disable.cache", true);
    return conf;
  }

  /** From now on, operation number {@code number}, from 1, goes wrong; 0 for none. */
  static void fail(int number, Fault how) {
    OPERATIONS.set(0);
    failing = number;
    fault = how;
  }

  static int operations() {
    return OPERATIONS.get();
  }

  private static boolean fails() {
    return OPERATIONS.incrementAndGet() == failing;
  }

  private static void mayThrow(String what) throws IOException {
    if (fails()) {
      throw new IOException("operation " + failing + " failed: " + what);
    }
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(uri, conf);
    disk.initialize(URI.create("file:///"), conf);
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  @Override
  protected void checkPath(Path path) {}

  private static Path local(Path path) {
    return new Path("file", null, path.toUri().getPath());
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    boolean fails = fails();
    if (fails && fault == Fault.THROW) {
      throw new IOException("operation " + failing + " failed: create");
    }
    FSDataOutputStream out =
        disk.create(local(path), overwrite, bufferSize, replication, blockSize, progress);
    return fails ? new FSDataOutputStream(new Half(out), null) : out;
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return create(path, null, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    mayThrow("open");
    return disk.open(local(path), bufferSize);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    mayThrow("delete");
    return disk.delete(local(path), recursive);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    mayThrow("list");
    return disk.listStatus(local(path));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    mayThrow("status");
    return disk.getFileStatus(local(path));
  }

  /** Object stores have none that is atomic. */
  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("rename " + from + " to " + to);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    mayThrow("mkdirs");
    return disk.mkdirs(local(path));
  }

  /** The first half of every write arrives. */
  private static final class Half extends OutputStream {
    private final OutputStream out;

    Half(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length / 2);
      out.flush();
      if (fault == Fault.KILLED_IN_THE_MIDST) {
        out.close();
        throw new SimulatedCluster.DriverKilled();
      }
      throw new FileNotFoundException("operation " + failing + " failed: write");
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
