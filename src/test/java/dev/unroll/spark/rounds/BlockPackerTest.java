package dev.unroll.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.unroll.net.SequenceBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class BlockPackerTest {
  private static final int MOST_VALUES = 1 << 22;

  private static Tuple2<RowKey, PackedRow> row(boolean heldOut, int values, float first) {
    float[] array = new float[values];
    array[0] = first;
    return new Tuple2<>(
        new RowKey(0, heldOut, 0, 0, 0, 0, 0),
        new PackedRow(array, new float[] {first, -first}, 1, array.length / 2));
  }

  private static List<ShardBlock> packed(List<Tuple2<RowKey, PackedRow>> rows) {
    BlockPacker packer = new BlockPacker(rows.iterator(), new BlockPacker.BlockShape(2, 2, false));
    List<ShardBlock> blocks = new ArrayList<>();
    packer.forEachRemaining(blocks::add);
    assertFalse(packer.hasNext());
    assertThrows(NoSuchElementException.class, packer::next);
    return blocks;
  }

  private static List<Integer> sizes(List<ShardBlock> blocks) {
    return blocks.stream().map(block -> block.block().size()).toList();
  }

  @Test
  void rowsKeepTheirOrderValuesAndTargets() {
    SequenceBlock block =
        packed(List.of(row(false, 4, 7), row(false, 2, 8), row(false, 6, 9))).get(0).block();
    assertEquals(2, block.inputSize());
    assertArrayEquals(new int[] {0, 2, 3, 6}, block.starts());
    assertArrayEquals(new float[] {7, 0, 0, 0, 8, 0, 9, 0, 0, 0, 0, 0}, block.values());
    assertArrayEquals(new float[] {7, -7, 8, -8, 9, -9}, block.targets());
  }

  @Test
  void manySmallRowsMakeOneBlock() {
    List<Tuple2<RowKey, PackedRow>> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(row(false, 2 + 2 * (i % 3), i));
    }
    BlockPacker packer = new BlockPacker(rows.iterator(), new BlockPacker.BlockShape(2, 2, false));
    SequenceBlock block = packer.next().block();
    assertFalse(packer.hasNext());
    assertEquals(5000, block.size());
    for (int i = 0; i < 5000; i++) {
      assertEquals(1 + i % 3, block.length(i));
      assertEquals(i, block.values()[2 * block.starts()[i]]);
      assertEquals(i, block.targets()[2 * i]);
    }
  }

  @Test
  void rowsThatAreHeldOutStandInBlocksOfTheirOwn() {
    List<ShardBlock> blocks = packed(List.of(row(false, 2, 1), row(false, 2, 2), row(true, 2, 3)));
    assertEquals(List.of(2, 1), sizes(blocks));
    assertEquals(List.of(false, true), blocks.stream().map(ShardBlock::heldOut).toList());
  }

  @Test
  void aBlockIsFullWhenTheNextRowWouldNotFit() {
    int half = MOST_VALUES / 2;
    assertEquals(
        List.of(2, 1),
        sizes(packed(List.of(row(false, half, 1), row(false, half, 2), row(false, 2, 3)))));
    assertEquals(
        List.of(1, 1), sizes(packed(List.of(row(false, half, 1), row(false, half + 2, 2)))));
  }

  @Test
  void aRowLargerThanABlockStandsAlone() {
    assertEquals(
        List.of(1, 1, 1),
        sizes(packed(List.of(row(false, 2, 1), row(false, MOST_VALUES + 2, 2), row(false, 2, 3)))));
  }

  @Test
  void noRowsMakeNoBlocks() {
    assertEquals(List.of(), packed(List.of()));
  }
}
