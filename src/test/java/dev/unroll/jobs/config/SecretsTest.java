package dev.unroll.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.unroll.jobs.OutputExistsException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "s3cr3t";

  @TempDir Path directory;
  private ConfigFixture conf;

  @BeforeEach
  void fixture() {
    conf = new ConfigFixture(directory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://user:s3cr3t@host:5432/db",
        "jdbc:postgresql://host/db?user=me&password=s3cr3t&ssl=true",
        "jdbc:sqlserver://host;databaseName=x;password={s3cr3t;1};encrypt=true",
        "jdbc:oracle:thin:scott/s3cr3t@//host:1521/x",
        "s3a://key:s3cr3t@bucket/path",
        "hdfs://user:s3cr3t@node:8020/a, hdfs://node:8020/b",
        "https://u:p@s3cr3t/x@host/path",
        "-Xmx1g -Djavax.net.ssl.trustStorePassword=s3cr3t -Da=b",
        "-Dtoken='s3cr3t two' x",
        "https://account.blob.core.windows.net/c?sv=1&sig=s3cr3t",
        "{\"access_key\": \"s3cr3t\"}",
        "fs.s3a.access.key=s3cr3t",
        "API-KEY = s3cr3t"
      })
  void valuesWithSecretsAreMasked(String value) {
    assertFalse(Secrets.mask(value).contains(SECRET), Secrets.mask(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs/letters",
        "hdfs://node:8020/data/a@b.json",
        "abfss://container@account.dfs.core.windows.net/path",
        "s3a://tokens/secret-data/password.csv",
        "http://host:80/x?mail=a@b",
        "training.epochs is \"many\", expected a whole number",
        "2g",
        "a token: x"
      })
  void otherValuesStay(String value) {
    assertEquals(value, Secrets.mask(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.access.key",
        "spark.hadoop.fs.azure.account.key.x.dfs.core.windows.net",
        "spark.ssl.keyPassword",
        "spark.my.TOKEN",
        "spark.some.credentials",
        "spark.io.encryption_key"
      })
  void secretKeysHaveTheirValuesMaskedEverywhere(String key) {
    for (JobConfig config :
        List.of(conf.train(key + " = " + SECRET), conf.train("", key + "=" + SECRET))) {
      assertEquals(SECRET, config.spark().get(key), "the job itself must see it");
      assertFalse(config.render().contains(SECRET), config.render());
      assertFalse(config.toString().contains(SECRET), config.toString());
    }
  }

  @Test
  void noTextOfAConfigurationShowsASecret() {
    JobConfig config =
        conf.train(
            """
            input.train.path = ["s3a://k:s3cr3t@b/x", y]
            input.test { format = jdbc, options { url = "jdbc:x://h/d?password=s3cr3t", password = s3cr3t } }
            run.dir = "s3a://k:s3cr3t@bucket/runs"
            model = "s3a://k:s3cr3t@bucket/model"
            output { path = "s3a://k:s3cr3t@bucket/out", options.token = s3cr3t }
            spark.driver.extraJavaOptions = "-Dpassword=s3cr3t"
            spark.my.secret = ${PASSWORD}
            """
                .replace("${PASSWORD}", "s3cr3t"));
    List<Object> all =
        List.of(
            config,
            config.render(),
            config.input(),
            config.input().train(),
            config.input().test(),
            config.run(),
            config.output());
    all.forEach(it -> assertFalse(it.toString().contains(SECRET), it.toString()));
  }

  @Test
  void messagesDoNotShowSecrets() {
    for (String message :
        List.of(
            conf.trainError("training.epochs = \"http://u:s3cr3t@h/\""),
            conf.trainError("training.epochs = \"password=s3cr3t\""),
            conf.trainError("training.password = s3cr3t"),
            conf.trainError("", "my.password=s3cr3t"),
            conf.trainError("", "password"),
            conf.error("train", Path.of("http://u:s3cr3t@h/x.conf")))) {
      assertFalse(message.contains(SECRET), message);
    }
    assertFalse(new OutputExistsException("at s3a://k:s3cr3t@b").getMessage().contains(SECRET));
  }
}
