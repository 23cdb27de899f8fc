package io.sparkserving.testing;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.NoSuchObjectException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Objects that other JVMs of this machine may call. */
final class LoopbackRemote {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** RMI itself would let the garbage collector have them. */
  private static final Set<Remote> EXPORTED = ConcurrentHashMap.newKeySet();

  private LoopbackRemote() {}

  /** What to hand to another JVM, for the object to be called there. */
  static Remote export(Remote object) {
    System.setProperty("java.rmi.server.hostname", LOOPBACK.getHostAddress());
    EXPORTED.add(object);
    try {
      return UnicastRemoteObject.exportObject(
          object, 0, null, port -> new ServerSocket(port, 50, LOOPBACK));
    } catch (RemoteException e) {
      throw new IllegalStateException("Cannot export " + object, e);
    }
  }

  /** Ends it, also while calls are under way. */
  static void unexport(Remote object) {
    if (EXPORTED.remove(object)) {
      try {
        UnicastRemoteObject.unexportObject(object, true);
      } catch (NoSuchObjectException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
