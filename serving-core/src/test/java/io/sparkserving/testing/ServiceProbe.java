package io.sparkserving.testing;

import java.rmi.Remote;
import java.rmi.RemoteException;
import java.util.List;

/** Tells tests of the services of one JVM. */
public interface ServiceProbe extends Remote {

  /** The latest service of that name, even after its end; null if this JVM had none. */
  ServiceState state(String service) throws RemoteException;

  /** From now on, keeps what is logged by these loggers from a level on, and does not print it. */
  void captureLogs(String logger, String level) throws RemoteException;

  /** What was logged meanwhile. */
  List<String> capturedLogs() throws RemoteException;

  /** Lets loggers print again. */
  void releaseLogs() throws RemoteException;
}
