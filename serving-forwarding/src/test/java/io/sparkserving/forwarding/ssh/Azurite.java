package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Azure Storage on this machine, with one private container. */
final class Azurite implements AutoCloseable {
  /** The one account that it has, and its key, are in its documentation. */
  private static final String ACCOUNT = "devstoreaccount1";

  private static final String ACCOUNT_KEY =
      "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

  private final Process process;
  private final BlobContainerClient container;

  private Azurite(Process process, int port) {
    this.process = process;
    this.container =
        new BlobServiceClientBuilder()
            .endpoint("http://127.0.0.1:%d/%s".formatted(port, ACCOUNT))
            .credential(new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY))
            .httpClient(new JdkHttpClientBuilder().build())
            .buildClient()
            .getBlobContainerClient("keys");
  }

  static Azurite start(Path folder) throws IOException {
    Optional<Path> program =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(bin -> Path.of(bin, "azurite-blob"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(program.isPresent(), "azurite-blob is missing: npm install -g azurite");
    int port = SshServer.freePort();
    Process process =
        new ProcessBuilder(
                program.get().toString(),
                "--skipApiVersionCheck",
                "--blobPort",
                Integer.toString(port),
                "--location",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .failFast(() -> assertThat(process.isAlive()).isTrue())
        .until(() -> SshServer.isOpen(port));
    Azurite azurite = new Azurite(process, port);
    azurite.container.create();
    return azurite;
  }

  /** Stores a file; the URL of the blob, with a SAS that expires then. */
  String store(Path file, OffsetDateTime expiry) {
    BlobClient blob = container.getBlobClient("key");
    blob.upload(BinaryData.fromFile(file), true);
    BlobServiceSasSignatureValues values =
        new BlobServiceSasSignatureValues(expiry, new BlobSasPermission().setReadPermission(true));
    return blob.getBlobUrl() + "?" + blob.generateSas(values);
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
