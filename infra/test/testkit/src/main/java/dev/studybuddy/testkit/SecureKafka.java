package dev.studybuddy.testkit;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Runs a broker that is secured as in production: clients use TLS with a certificate that this class makes,
 * authenticate by SCRAM, and may do only what an ACL allows. Unlike the other brokers of the tests, it creates topics
 * automatically, as Kafka does by default. It is an embedded server in each mode.
 */
public final class SecureKafka implements AutoCloseable {

    private static final String STORE_PASSWORD = "for-tests-only";
    private static final String CLUSTER = "kafka-cluster";

    private final Path folder;
    private final EmbeddedServer server;
    private final String secureAddress;

    private SecureKafka(Repository repository, Path folder, List<String> users) throws IOException {
        this.folder = folder;
        int port = FreePorts.find();
        int controllerPort = FreePorts.find();
        this.secureAddress = "127.0.0.1:" + FreePorts.find();
        makeCertificate();
        Path settings = writeSettings("127.0.0.1:" + port, "127.0.0.1:" + controllerPort);
        this.server = new EmbeddedServer(
                repository,
                "kafka-server",
                "127.0.0.1:" + port,
                List.of("-Xmx256m"),
                List.of(
                        "--port=" + port,
                        "--controller-port=" + controllerPort,
                        "--data=" + EmbeddedServer.DATA_PLACEHOLDER,
                        "--settings=" + settings,
                        "--scram-users="
                                + users.stream()
                                        .map(user -> user + ":" + password(user))
                                        .collect(Collectors.joining(","))));
    }

    /** Starts a broker with these users, which have no rights yet. */
    public static SecureKafka start(String... users) {
        Repository repository = Repository.find();
        Path folder = ScratchFolders.folder(repository, "kafka-security");
        try {
            SecureKafka kafka = new SecureKafka(repository, folder, List.of(users));
            kafka.server.start();
            return kafka;
        } catch (IOException e) {
            throw new UncheckedIOException("The settings of the secured broker cannot be written", e);
        }
    }

    /** Returns the address of a listener without TLS, whose clients may do everything. */
    public String openBootstrapServers() {
        return server.url();
    }

    /** Returns the address of the listener that requires TLS and SCRAM. */
    public String bootstrapServers() {
        return secureAddress;
    }

    /** Returns the properties with which a Spring Boot program connects as this user. */
    public Map<String, String> springProperties(String user) {
        return Map.of(
                "spring.kafka.bootstrap-servers",
                secureAddress,
                "spring.kafka.security.protocol",
                "SASL_SSL",
                "spring.kafka.properties.sasl.mechanism",
                "SCRAM-SHA-256",
                "spring.kafka.properties.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + password(user) + "\";",
                "spring.kafka.ssl.bundle",
                "kafka",
                "spring.ssl.bundle.pem.kafka.truststore.certificate",
                certificate().toUri().toString());
    }

    /** Allows a user these operations on all topics whose names start with the prefix. */
    public void allowTopics(String user, String prefix, AclOperation... operations) {
        allow(user, new ResourcePattern(ResourceType.TOPIC, prefix, PatternType.PREFIXED), operations);
    }

    /** Allows a user these operations on one topic. */
    public void allowTopic(String user, String name, AclOperation... operations) {
        allow(user, new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL), operations);
    }

    /** Allows a user these operations on all groups whose names start with the prefix. */
    public void allowGroups(String user, String prefix, AclOperation... operations) {
        allow(user, new ResourcePattern(ResourceType.GROUP, prefix, PatternType.PREFIXED), operations);
    }

    /** Allows a user these operations on the cluster. */
    public void allowCluster(String user, AclOperation... operations) {
        allow(user, new ResourcePattern(ResourceType.CLUSTER, CLUSTER, PatternType.LITERAL), operations);
    }

    private void allow(String user, ResourcePattern resource, AclOperation... operations) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", openBootstrapServers()))) {
            admin.createAcls(Stream.of(operations)
                            .map(operation -> new AclBinding(
                                    resource,
                                    new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The rights of " + user + " cannot be created", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The creation of rights was interrupted", e);
        }
    }

    private Path writeSettings(String openAddress, String controllerAddress) throws IOException {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "listeners",
                "PLAINTEXT://" + openAddress + ",SECURE://" + secureAddress + ",CONTROLLER://" + controllerAddress,
                "advertised.listeners",
                "PLAINTEXT://" + openAddress + ",SECURE://" + secureAddress,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-256",
                "listener.name.secure.scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "super.users",
                "User:ANONYMOUS",
                "allow.everyone.if.no.acl.found",
                "false",
                "auto.create.topics.enable",
                "true"));
        settings.putAll(Map.of(
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                store().toString(),
                "ssl.keystore.password",
                STORE_PASSWORD,
                "ssl.key.password",
                STORE_PASSWORD));
        Path file = folder.resolve("broker.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        return file;
    }

    private void makeCertificate() throws IOException {
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=studybuddy-test",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12");
        keytool(
                "-exportcert",
                "-alias",
                "broker",
                "-rfc",
                "-file",
                certificate().toString());
    }

    private void keytool(String... arguments) throws IOException {
        Process process = new ProcessBuilder(Stream.of(
                                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()),
                                List.of(arguments),
                                List.of("-keystore", store().toString(), "-storepass", STORE_PASSWORD))
                        .flatMap(List::stream)
                        .toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("keytool.log").toFile()))
                .start();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("keytool failed: " + Files.readString(folder.resolve("keytool.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The wait for keytool was interrupted", e);
        }
    }

    private Path store() {
        return folder.resolve("broker.p12");
    }

    private Path certificate() {
        return folder.resolve("certificate.pem");
    }

    private static String password(String user) {
        return user + "-secret";
    }

    @Override
    public void close() {
        server.close();
        ScratchFolders.remove(folder);
    }
}
