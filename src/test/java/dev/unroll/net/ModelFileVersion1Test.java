package dev.unroll.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Models of this version must stay readable for ever, so this text must stay as it is. */
class ModelFileVersion1Test {
  private static final String VERSION_1 =
      """
      {
        "formatVersion" : 1,
        "task" : "classify",
        "cell" : "rnn_tanh",
        "inputSize" : 2,
        "hiddenSize" : 2,
        "numLayers" : 1,
        "bidirectional" : false,
        "outputSize" : 2,
        "layers" : [ {
          "type" : "rnn_tanh",
          "inputSize" : 2,
          "outputSize" : 2
        } ],
        "head" : {
          "type" : "linear",
          "inputSize" : 2,
          "outputSize" : 2
        },
        "classes" : [ "no", "yes" ],
        "labelType" : "string",
        "inputScaling" : {
          "mean" : [ 0.5, -1.0 ],
          "deviation" : [ 2.0, 0.25 ]
        },
        "about" : {
          "unroll" : "0.1.0"
        },
        "files" : [ {
          "name" : "weights.safetensors",
          "size" : 528,
          "sha256" : "19f7a5de22325323884f1f0a69f3fb008b53fbbf33826ab7ba97428c5ee74925"
        } ],
        "weightsSha256" : "066d11e279df67395d6afd5d0e228ff9aa0ba72d471211102968285775f16368",
        "sha256" : "ccdeb18678a1c53a3b15ebdac57cb468560642bc615ca3b8851e2e3608517375"
      }
      """;

  @Test
  void readsAndWritesVersion1() throws IOException {
    float[] weights = new float[18];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (i - 8) / 8f;
    }
    Model model =
        new Model(
            new NetworkConfig(Task.CLASSIFY, CellType.RNN_TANH, 2, 2, 1, false, 2),
            weights,
            new Scaling(new double[] {0.5, -1}, new double[] {2, 0.25}),
            Scaling.none(2),
            List.of("no", "yes"),
            "string",
            new TreeMap<>(Map.of("unroll", "0.1.0")));
    SortedMap<String, byte[]> files = ModelFile.encode(model);
    assertEquals(Set.of("network.json", "weights.safetensors"), files.keySet());
    assertEquals(VERSION_1, new String(files.get("network.json"), StandardCharsets.UTF_8));
    byte[] written = VERSION_1.getBytes(StandardCharsets.UTF_8);
    ModelFileTest.assertSame(
        model,
        ModelFile.decode(ModelSamples.source(ModelSamples.with(files, "network.json", written))));
  }
}
