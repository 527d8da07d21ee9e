using System.Text.Json;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Taps;

namespace Amend.Parity.Tests.Families;

/// <summary>A golden case of a causal family: its checkpoint, loaded, with stored inputs, states and tolerances.</summary>
internal sealed class FamilyCase : IDisposable
{
    private readonly JsonElement _inputs;
    private readonly JsonElement _expected;

    private FamilyCase(GoldenCase golden)
    {
        _inputs = golden.Json("inputs.json");
        _expected = golden.Json("expected.json");
        States = golden.Tensors("expected.safetensors");
        Model = LanguageModel.Load(golden.Folder);
    }

    public LanguageModel Model { get; }

    public GoldenTensors States { get; }

    /// <summary>Loads a case; the test is skipped where the case's family is not built in.</summary>
    public static FamilyCase Load(string id)
    {
        var golden = GoldenCases.Find(id);
        SkipUnlessBuiltIn(golden);
        return new FamilyCase(golden);
    }

    /// <summary>Skips the test where the case's family is not built in.</summary>
    public static void SkipUnlessBuiltIn(GoldenCase golden)
    {
        var type = golden.Json("config.json").GetProperty("model_type").GetString();
        var known = BuiltInFamilies.All.Select(family => family.ModelType).ToList();
        Assert.SkipUnless(known.Contains(type!), $"The family '{type}' is not built in yet; built in: {string.Join(", ", known)}.");
    }

    /// <summary>The token ids of prompt <c>A</c> or <c>B</c>.</summary>
    public int[] Prompt(string name) => Ids(_inputs.GetProperty(name));

    /// <summary>Both prompts in one batch, as the case stores them: padded on the right.</summary>
    public TokenBatch StoredBatch()
    {
        var ids = _inputs.GetProperty("batch_input_ids").EnumerateArray().Select(Ids).ToArray();
        var mask = _inputs.GetProperty("batch_attention_mask").EnumerateArray().Select(Ids).ToArray();
        var batch = TokenBatch.Pad([.. ids.Zip(mask, (row, seen) => row[..seen.Sum()])], padding: ids[0][^1]);
        Assert.Equal(ids.SelectMany(row => row).Select(id => (long)id), batch.Ids.data<long>().ToArray());
        Assert.Equal(mask.SelectMany(row => row).Select(seen => seen == 1), batch.Mask.data<bool>().ToArray());
        return batch;
    }

    /// <summary>The greedy continuation of a prompt.</summary>
    public int[] Greedy(string prompt, bool useCache) =>
        Ids(_expected.GetProperty("generation").GetProperty(prompt).GetProperty(useCache ? "tokens_with_cache" : "tokens_without_cache"));

    /// <summary>The names of the states of a run: <c>A</c>, <c>B</c> or <c>batch</c>.</summary>
    public IReadOnlyList<string> StatesOf(string run) =>
        [.. States.Names.Where(name => name.StartsWith(run + ".", StringComparison.Ordinal)).Select(name => name[(run.Length + 1)..])];

    /// <summary>The absolute tolerance of a state, by its kind.</summary>
    public double Tolerance(string state)
    {
        var perKind = _expected.GetProperty("suggested_abs_tolerance_per_kind");
        return perKind.EnumerateObject().Single(kind => state.StartsWith(kind.Name, StringComparison.Ordinal)).Value.GetDouble();
    }

    /// <summary>The site of a state, or null for the logits.</summary>
    public static Site? SiteOf(string state) => state.Split('.') switch
    {
        ["attn", var layer] => Site.AttentionOut(Layer(layer)),
        ["mlp", var layer] => Site.MlpOut(Layer(layer)),
        ["key", var layer] => Site.MlpKey(Layer(layer)),
        ["hidden", var layer] => Site.BlockOut(Layer(layer)),
        ["logits"] => null,
        _ => throw new ArgumentException($"The case has a state '{state}', which the test does not know; teach it the name.", nameof(state)),
    };

    public void Dispose()
    {
        States.Dispose();
        Model.Dispose();
    }

    private static int Layer(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
