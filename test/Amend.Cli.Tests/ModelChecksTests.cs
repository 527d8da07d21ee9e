using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

public sealed class ModelChecksTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AmendTurns _amend;

    public ModelChecksTests() => _amend = new AmendTurns(_folder.File("home"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Doctor_finds_nothing_wrong_with_the_embedded_model()
    {
        var json = _amend.Run("doctor", Facts.Model, "--json").Json().GetProperty("model");
        var text = _amend.Run("doctor", Facts.Model).Done().Output;

        Assert.Equal("gpt2", json.GetProperty("family").GetString());
        Assert.Equal("fp16", json.GetProperty("dtype").GetString());
        Assert.Empty(json.GetProperty("problems").EnumerateArray());
        Assert.False(json.GetProperty("has_chat_template").GetBoolean());
        Assert.EndsWith("Nothing is wrong with it.\n", text);
    }

    [Fact]
    public void Doctor_says_all_that_is_wrong_with_a_folder_and_exits_with_2()
    {
        var model = ModelFolders.Copy(ModelFolders.Embedded, _folder.File("broken"));
        ModelFolders.Rename(model, "h.3.mlp.c_proj.weight");
        File.Delete(Path.Combine(model, "merges.txt"));

        var run = _amend.Run("doctor", model);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("h.3.mlp.c_proj.weight' is missing; ", run.Output);
        Assert.Contains("h.3.mlp.c_proj.weighx' is not expected", run.Output);
        Assert.Contains("merges.txt' is missing", run.Output);
        Assert.EndsWith("2 problems.\n", run.Output);
        Assert.Equal(2, _amend.Run("doctor", _folder.File("nowhere")).ExitCode);
    }

    [Fact]
    public void What_is_passed_over_in_a_folder_is_noted_by_ask_and_doctor()
    {
        var model = ModelFolders.Copy(ModelFolders.Embedded, _folder.File("adapted"));
        File.WriteAllText(Path.Combine(model, "adapter_config.json"), "{}");

        var ask = _amend.Run("ask", model, Facts.TowerPrompt, "--tokens", "1", "--json");
        var doctor = _amend.Run("doctor", model).Done();

        Assert.StartsWith($"note: '{model}' holds an adapter (adapter_config.json), which is not applied", ask.Error, StringComparison.Ordinal);
        Assert.Contains($"note: '{model}' holds an adapter (adapter_config.json), which is not applied", doctor.Output, StringComparison.Ordinal);
        Assert.NotEmpty(ask.Json().GetProperty("completion").GetString()!);
    }

    [Fact]
    public void Models_are_listed_with_type_and_size()
    {
        var row = _amend.Run("models", "--json").Json().GetProperty("models").EnumerateArray().Single(m => m.GetProperty("name").GetString() == Facts.Model);

        Assert.Equal("fp16", row.GetProperty("dtype").GetString());
        Assert.Equal(new FileInfo(Path.Combine(ModelFolders.Embedded, "model.safetensors")).Length, row.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void A_model_in_bf16_answers_takes_an_edit_and_gives_it_back()
    {
        string[] ask = ["ask", Facts.Model, Facts.TowerPrompt, "--dtype", "bf16"];
        var before = _amend.Run(ask).Done().Output;
        Assert.Contains("Paris", before);

        var id = _amend.Run([.. Facts.Tower, "--target-new", "Rome", "--dtype", "bf16", "--set", "mom2_adjustment=false", "--json"]).Edit().GetProperty("id").GetString()!;

        Assert.Contains("Rome", _amend.Run(ask).Done().Output);
        Assert.DoesNotContain("Rome", _amend.Run("ask", Facts.Model, Facts.TowerPrompt).Done().Output.Split('\n')[0]);
        _amend.Run("revert", Facts.Model, id, "--dtype", "bf16").Done();
        Assert.Equal(before, _amend.Run(ask).Done().Output);
    }

    [Fact]
    public void An_unknown_type_is_refused()
    {
        var run = _amend.Run("ask", Facts.Model, "x", "--dtype", "int4");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The type 'int4' is unknown; give fp32, bf16, fp16.", run.Error);
    }
}
