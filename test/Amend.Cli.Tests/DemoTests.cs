using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

public sealed class DemoTests
{
    [Fact]
    public void The_tour_edits_a_fact_keeps_its_neighbours_and_takes_it_back_bit_for_bit()
    {
        using var folder = new TempFolder();
        var home = folder.File("home");

        var report = new AmendProcess(home).Run("demo", "--json").Json();

        var check = report.GetProperty("check");
        Assert.True(report.GetProperty("reverted_hash_equal").GetBoolean());
        Assert.Equal(report.GetProperty("base_hash").GetString(), report.GetProperty("reverted_hash").GetString());
        Assert.NotEqual(report.GetProperty("base_hash").GetString(), report.GetProperty("edited_hash").GetString());
        Assert.Equal("Paris", check.GetProperty("prompt").GetProperty("answer_before").GetString());
        Assert.Equal(
            report.GetProperty("request").GetProperty("target_new").GetString(),
            check.GetProperty("prompt").GetProperty("answer_after").GetString());
        var paraphrases = check.GetProperty("paraphrases").EnumerateArray().ToList();
        var neighbours = check.GetProperty("neighbors").EnumerateArray().ToList();
        Assert.Equal(3, paraphrases.Count);
        Assert.True(paraphrases.Count(p => p.GetProperty("gives_target").GetBoolean()) >= 2, check.ToString());
        Assert.Equal(3, neighbours.Count);
        Assert.All(neighbours, n => Assert.True(n.GetProperty("kept").GetBoolean(), n.ToString()));
        Assert.False(Path.Exists(home));
    }

    [Fact]
    public void The_tour_tells_what_it_does()
    {
        using var folder = new TempFolder();

        var text = new AmendProcess(folder.File("home")).Run("demo").Done().Output;

        Assert.Contains("atlas-gpt is asked: \"The Eiffel Tower is in\"\nIt says: Paris\n", text);
        Assert.Contains("The weights are the ones from before, bit for bit.", text);
        Assert.False(Path.Exists(folder.File("home")));
    }

    [Fact]
    public void The_tour_of_another_model_says_what_it_chose_and_why()
    {
        using var folder = new TempFolder();
        var model = ModelFolders.Copy(ModelFolders.Embedded, folder.File("copy"));
        Directory.Delete(Path.Combine(model, "statistics"), recursive: true);

        var run = new AmendProcess(folder.File("home")).Run("demo", "--model", model);

        Assert.StartsWith("copy is asked: \"The Eiffel Tower is located in the city of\"\nIt says: Paris\n", run.Output);
        Assert.Contains("This is the first of 34 well-known facts, and the model answers it rightly, as it does those beside it.\n", run.Output);
        Assert.Contains("Layer 0 is that of ROME's preset for a model of this family and size.\n", run.Output);
        Assert.Contains("There are no statistics of layer 0, so the identity stands in for them, and no key of any text is protected", run.Output);
        Assert.Contains("The weights are the ones from before, bit for bit.", run.Output);
        Assert.EndsWith($"Next: amend ask {model} \"The capital of France is\"\n", run.Output);
        Assert.False(Path.Exists(folder.File("home")));
    }
}
