using Amend.Cli.Rendering;

namespace Amend.Cli.Tests.Rendering;

public sealed class TextTableTests
{
    private const string Id = "6c1f09be77d2";
    private const string Sentence = "The old lighthouse that stands before the harbour of Porto is in the country of";

    /// <summary>The headings of the verbs' tables, the columns that are never wrapped, and those of them that are numbers.</summary>
    public static TheoryData<string, int[], int[]> Verbs => new()
    {
        { "id|state|prompt|new target|before, %|after, %|made", [0, 3, 6], [4, 5] },
        { "model|family|parameters|MB|layers|width|pieces|context|type", [0], [2, 3, 4, 5, 6, 7] },
        { "prompt|new object|P before, %|P after, %", [1], [2, 3] },
        { "layer|keys|width|effective rank|condition number|state|file", [6], [0, 1, 2, 3] },
        { "metric|A|B|B - A|95 % interval|pairs", [0], [1, 2, 3, 4, 5] },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void At_every_width_every_word_is_whole_and_no_line_is_too_wide(string headings, int[] whole, int[] numbers)
    {
        string[] names = headings.Split('|');
        var table = new TextTable(names).Whole(whole).Numbers(numbers);
        string[] cells = [.. names.Index().Select(name => numbers.Contains(name.Index) ? "1,234.5" : whole.Contains(name.Index) ? Id : Sentence)];
        table.Row(cells);
        table.Row(cells);

        for (var width = 40; width <= 200; width++)
        {
            var lines = table.Lines(width).ToList();

            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
            Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
            var words = lines.SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
            foreach (var word in cells.SelectMany(cell => cell.Split(' ')).Distinct())
                Assert.True(words.Count(word.Equals) >= 2, $"'{word}' is broken or gone at width {width}:\n{string.Join('\n', lines)}");
        }
    }

    [Fact]
    public void A_section_is_a_line_of_its_own_above_its_rows_and_makes_no_column_wider()
    {
        var table = new TextTable("id", "prompt");
        table.Section("What is in Portugal, said in many words");
        table.Row(Id, "Porto is in");

        Assert.Equal(
            ["  id             prompt", "────────────────────────────", "", "  What is in Portugal, said in many words", $"  {Id}   Porto is in"],
            table.Lines(80));
        Assert.Equal(
            ["  What is in Portugal, said in many words", "", $"  id       {Id}", "  prompt   Porto is in", ""], table.Lines(25));
    }

    [Fact]
    public void A_table_that_fits_is_columns_under_headings()
    {
        var table = new TextTable("id", "prompt", "after, %").Numbers(2);
        table.Row(Id, "Porto is in", "98.7");
        table.Row("0a", "Faro", "0.5");

        Assert.Equal(
        [
            "  id             prompt        after, %",
            "───────────────────────────────────────",
            "  6c1f09be77d2   Porto is in       98.7",
            "  0a             Faro               0.5",
        ], table.Lines(80));
    }

    [Fact]
    public void Text_is_wrapped_between_words_where_there_is_room_for_that()
    {
        var table = new TextTable("id", "prompt").Whole(0);
        table.Row(Id, "The lighthouse of Porto is in");

        Assert.Equal(
        [
            "  id             prompt",
            "──────────────────────────────────",
            "  6c1f09be77d2   The lighthouse of",
            "                 Porto is in",
        ], table.Lines(34));
    }

    [Fact]
    public void A_table_that_does_not_fit_is_a_block_a_row_without_what_is_empty()
    {
        var table = new TextTable("id", "prompt", "new target", "").Whole(0, 2);
        table.Row(Id, "Porto is in", "the United Kingdom", "kept");
        table.Row("0a", "", "Rome", "");

        Assert.Equal(
        [
            "  id           6c1f09be77d2",
            "  prompt       Porto is in",
            "  new target",
            "the United Kingdom",
            "               kept",
            "",
            "  id           0a",
            "  new target   Rome",
            "",
        ], table.Lines(30));
    }

    [Fact]
    public void A_list_puts_values_beside_their_names_and_long_words_below()
    {
        var list = new TextTable();
        list.Row("file", "/home/user/.amend/edits/90137b43e6961564/6c1f09be77d2.safetensors");
        list.Row("settings", "layer = 0\nv_lr = 0.5");

        Assert.Equal(
        [
            "  file",
            "/home/user/.amend/edits/90137b43e6961564/6c1f09be77d2.safetensors",
            "  settings   layer = 0",
            "             v_lr = 0.5",
        ], list.Lines(40));
    }

    [Fact]
    public void Letters_that_take_two_places_are_counted_as_two()
    {
        var table = new TextTable("prompt", "%").Numbers(1);
        table.Row("東京タワー", "1");
        table.Row("Porto", "2");

        Assert.Equal(["  prompt       %", "────────────────", "  東京タワー   1", "  Porto        2"], table.Lines(40));
    }
}
