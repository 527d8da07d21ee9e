using Amend.Cli.Rendering;
using Amend.Editing.Log;
using Amend.Editing.Stores;

namespace Amend.Cli.Tests.Rendering;

public sealed class LogViewTests
{
    [Fact]
    public void A_chain_is_a_line_down_and_others_stand_beside_it() => Shows(
        """
        ×  000000000003  taken back  2026-01-31 18:46
        │  S: ? → O
        │
        │ ●  000000000002  applied  2026-01-31 18:46  rome at layer 0
        │    S: ? → O
        │
        ○  000000000003  reverted  2026-01-31 18:46  rome at layer 0
           S: ? → O

        """,
        Entry(4, "3", after: [1]) with { Op = JournalOp.Revert }, Entry(2, "2"), Entry(1, "3") with { State = LogState.Reverted });

    [Fact]
    public void Lanes_join_where_two_go_on_from_one_and_part_where_one_goes_on_from_two() => Shows(
        """
        ●    000000000005  applied  2026-01-31 18:46  rome at layer 0
        │    S: ? → O
        │    supersedes 000000000004, 000000000003
        ├─╮
        │ │
        ◐ │  000000000004  superseded  2026-01-31 18:46  rome at layer 0
        │ │  S: ? → O
        │ │
        │ ◐  000000000003  superseded  2026-01-31 18:46  rome at layer 0
        │ │  S: ? → O
        │ │
        ├─╯
        ◐    000000000001  superseded  2026-01-31 18:46  rome at layer 0
             S: ? → O

        """,
        Entry(5, "5", after: [4, 3]) with { Supersedes = ["000000000004", "000000000003"] },
        Below(4, "4", after: [1]),
        Below(3, "3", after: [1]),
        Below(1, "1"));

    [Fact]
    public void A_lane_that_goes_by_is_crossed() => Shows(
        """
        ●  000000000006  applied  2026-01-31 18:46  rome at layer 0
        │  S: ? → O
        │
        │ ●  000000000005  applied  2026-01-31 18:46  rome at layer 0
        │ │  S: ? → O
        │ │
        │ │ ●  000000000004  applied  2026-01-31 18:46  rome at layer 0
        │ │ │  S: ? → O
        │ │ │
        ├─┼─╯
        ● │    000000000002  applied  2026-01-31 18:46  rome at layer 0
          │    S: ? → O
          │
          ●  000000000001  applied  2026-01-31 18:46  rome at layer 0
             S: ? → O

        """,
        Entry(6, "6", after: [2]), Entry(5, "5", after: [1]), Entry(4, "4", after: [2]), Entry(2, "2"), Entry(1, "1"));

    [Fact]
    public void What_was_replaced_is_told_apart_from_what_lies_below() => Shows(
        """
        ●  000000000003  applied  2026-01-31 18:46  rome at layer 0
           S: ? → O  "S is in"
           replaces 000000000002
           supersedes 000000000001

        """,
        Entry(3, "3") with { Prompt = "S is in", Supersedes = ["000000000001", "000000000002"], Replaces = ["000000000002"] });

    private static void Shows(string expected, params LogEntry[] entries) =>
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join('\n', LogView.Lines(entries).Select(line => line.TrimEnd())));

    private static LogEntry Below(int number, string id, params int[] after) => Entry(number, id, after) with { State = LogState.Superseded };

    private static LogEntry Entry(int number, string id, params int[] after) =>
        new(number, JournalOp.Apply, id.PadLeft(12, '0'), new DateTimeOffset(2026, 1, 31, 18, 46, 0, TimeSpan.Zero), LogState.Applied)
        {
            After = after, Subject = "S", TargetNew = "O", Editor = "rome", Layers = [0],
        };
}
