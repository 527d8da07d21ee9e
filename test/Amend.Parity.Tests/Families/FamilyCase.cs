using System.Text.Json;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Families;

/// <summary>A golden case of a family: its checkpoint, loaded, with stored inputs, states and tolerances.</summary>
internal sealed class FamilyCase : IDisposable
{
    /// <summary>The state that goes into the second block where it is not what comes out of the first; no site has it.</summary>
    public const string SecondInput = "conv";

    private readonly JsonElement _inputs;
    private readonly JsonElement _expected;

    private FamilyCase(GoldenCase golden, string folder)
    {
        _inputs = golden.Json("inputs.json");
        _expected = golden.Json("expected.json");
        States = golden.Tensors("expected.safetensors");
        Model = LanguageModel.Load(folder);
    }

    public LanguageModel Model { get; }

    public GoldenTensors States { get; }

    /// <summary>The cases of a kind of model as rows of a theory.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="which">Which of them; all when null.</param>
    public static TheoryData<string> Rows(ModelKind kind, Func<GoldenCase, bool>? which = null) =>
        GoldenCases.Rows(GoldenCases.Under("families").Where(golden => KindOf(golden) == kind && which?.Invoke(golden) != false));

    /// <summary>Loads a case; the test is skipped where the case's family is not built in.</summary>
    public static FamilyCase Load(string id)
    {
        var golden = GoldenCases.Find(id);
        SkipUnlessBuiltIn(golden);
        return new FamilyCase(golden, golden.Folder);
    }

    /// <summary>Loads a case's weights with another configuration that means the same.</summary>
    /// <param name="golden">The case, of a family that is built in.</param>
    /// <param name="configuration">The path of the other <c>config.json</c>.</param>
    public static FamilyCase Load(GoldenCase golden, string configuration)
    {
        using var folder = new TempFolder();
        File.Copy(configuration, folder.File("config.json"));
        File.Copy(golden.File("model.safetensors"), folder.File("model.safetensors"));
        return new FamilyCase(golden, folder.Path);
    }

    /// <summary>Skips the test where the case's family is not built in.</summary>
    /// <param name="golden">The case.</param>
    /// <param name="config">Its configuration.</param>
    public static void SkipUnlessBuiltIn(GoldenCase golden, string config = "config.json")
    {
        var type = golden.Json(config).GetProperty("model_type").GetString();
        var known = BuiltInFamilies.All.Select(family => family.ModelType).ToList();
        Assert.SkipUnless(known.Contains(type!), $"The family '{type}' is not built in yet; built in: {string.Join(", ", known)}.");
    }

    /// <summary>The names of the prompts that are continued: <c>A</c>, <c>B</c>, and in some cases <c>C</c>.</summary>
    public string[] Continued => [.. _expected.GetProperty("generation").EnumerateObject().Select(prompt => prompt.Name)];

    /// <summary>
    /// Whether the reference computes a row of a batch otherwise where a longer one stands beside it. Here a text has the states of the text
    /// alone whatever it is asked beside, so a batch is compared with the prompts alone then.
    /// </summary>
    public bool RowsOfReferenceDependOnEachOther => _expected.TryGetProperty("batch_note", out _);

    /// <summary>The token ids of a prompt.</summary>
    public int[] Prompt(string name) => Ids(_inputs.GetProperty(name));

    /// <summary>The token ids that the decoder is given beside prompt <c>A</c> or <c>B</c>.</summary>
    public int[] Output(string name) => Ids(_inputs.GetProperty($"decoder_{name}"));

    /// <summary>Both prompts in one batch, as the case stores them: padded on the right, with segments where it has any.</summary>
    public TokenBatch StoredBatch()
    {
        var batch = StoredBatch("batch_input_ids", "batch_attention_mask");
        return _inputs.TryGetProperty("batch_token_type_ids", out var types)
            ? batch with { TokenTypes = tensor(types.EnumerateArray().SelectMany(Ids).Select(id => (long)id).ToArray(), batch.Ids.shape) }
            : batch;
    }

    /// <summary>What the decoder is given beside the stored batch.</summary>
    public TokenBatch StoredOutputs() => StoredBatch("batch_decoder_input_ids", "batch_decoder_attention_mask");

    private TokenBatch StoredBatch(string idsKey, string maskKey)
    {
        var ids = _inputs.GetProperty(idsKey).EnumerateArray().Select(Ids).ToArray();
        var mask = _inputs.GetProperty(maskKey).EnumerateArray().Select(Ids).ToArray();
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
        [.. States.Names.Where(name => name.StartsWith(run + ".", StringComparison.Ordinal)).Select(name => name[(run.Length + 1)..]).Where(name => name != SecondInput)];

    /// <summary>The absolute tolerance of a state, by its kind.</summary>
    public double Tolerance(string state)
    {
        var perKind = _expected.GetProperty("suggested_abs_tolerance_per_kind");
        return perKind.EnumerateObject().Single(kind => state.StartsWith(kind.Name, StringComparison.Ordinal)).Value.GetDouble();
    }

    /// <summary>The site of a state, or null for the logits.</summary>
    /// <param name="state">The state, such as <c>attn.0</c> or <c>enc.attn.0</c>.</param>
    /// <param name="stack">The stack of a state that names none.</param>
    /// <param name="states">The states of the run: a layer with a router has keys of its experts.</param>
    public static Site? SiteOf(string state, Stack stack = Stack.Decoder, IReadOnlyList<string>? states = null) => state.Split('.') switch
    {
        ["enc", .. var rest] => SiteOf(rest).In(Stack.Encoder),
        ["dec", .. var rest] => SiteOf(rest),
        ["logits"] => null,
        ["key", var layer] when states?.Contains($"router_logits.{layer}") is true => Site.ExpertKey(Layer(layer)),
        var parts => SiteOf(parts).In(stack),
    };

    /// <summary>All sites of the model that cases store: those of its blocks but what goes into an activation.</summary>
    private IEnumerable<string> StoredSites() =>
        from stack in Model.Transformer.Stacks
        from kind in Enum.GetValues<SiteKind>()
        where kind != SiteKind.MlpUp
        from layer in Enumerable.Range(0, Model.Transformer.ShapeOf(stack).Layers)
        let site = new Site(kind, layer, stack)
        where Model.Transformer.Taps.Visits(site)
        select $"{site}";

    /// <summary>
    /// Runs a pass and compares every state of a run, and that there is one for each site of each layer.
    /// </summary>
    /// <param name="run">The run: <c>A</c>, <c>B</c> or <c>batch</c>.</param>
    /// <param name="pass">The pass; it gives the logits.</param>
    /// <param name="pick">From a state's name and value to what is expected and what of the value is compared with it.</param>
    public void AssertStates(string run, Func<Tensor> pass, Func<string, Tensor, (Tensor Expected, Tensor Found)> pick)
    {
        using var inference = inference_mode();
        var states = StatesOf(run);
        var sites = states.ToDictionary(state => state, state => SiteOf(state, Model.Transformer.Stacks[0], states));
        using var trace = Model.Trace();
        foreach (var site in sites.Values.OfType<Site>())
            trace.Capture(site);

        var logits = pass();

        Assert.Equal(StoredSites().Order(), sites.Values.OfType<Site>().Select(site => $"{site}").Order());
        foreach (var (state, site) in sites)
        {
            var (expected, found) = pick(state, site is { } tapped ? trace[tapped] : logits);
            if (site is { Kind: SiteKind.ExpertChoice })
                TensorAssert.Equal($"{run}.{state}", expected, found);
            else
                TensorAssert.Close($"{run}.{state}", expected, found, Tolerance(state));
        }
    }

    /// <summary>Decodes greedily, alone and together, with and without a cache, and compares with the stored tokens.</summary>
    /// <param name="prompts">The prompts' names.</param>
    public void AssertGreedy(string[] prompts)
    {
        foreach (var useCache in (bool[])[true, false])
        {
            var expected = prompts.Select(prompt => Greedy(prompt, useCache)).ToArray();
            // The reference took its steps whatever token came, ends of text included.
            var options = new GenerationOptions { MaxNewTokens = expected[0].Length, UseCache = useCache, StopAtEndOfText = false };
            var together = new Generator(Model).Generate([.. prompts.Select(Prompt)], options);

            for (var row = 0; row < prompts.Length; row++)
            {
                var alone = new Generator(Model).Generate([Prompt(prompts[row])], options);
                Assert.Equal(expected[row], alone[0]);
                Assert.Equal(expected[row], together[row]);
            }
        }
    }

    public void Dispose()
    {
        States.Dispose();
        Model.Dispose();
    }

    private static ModelKind KindOf(GoldenCase golden) =>
        golden.Json("inputs.json").TryGetProperty("decoder_A", out _) ? ModelKind.EncoderDecoder
        : golden.Json("expected.json").GetProperty("generation").ValueKind == JsonValueKind.Null ? ModelKind.Encoder
        : ModelKind.CausalDecoder;

    private static Site SiteOf(string[] parts) => parts switch
    {
        ["attn", var layer] => Site.AttentionOut(Layer(layer)),
        ["xattn", var layer] => Site.CrossAttentionOut(Layer(layer)),
        ["mlp", var layer] => Site.MlpOut(Layer(layer)),
        ["key", var layer] => Site.MlpKey(Layer(layer)),
        ["hidden", var layer] => Site.BlockOut(Layer(layer)),
        ["router_logits", var layer] => Site.RouterLogits(Layer(layer)),
        ["topk_index", var layer] => Site.ExpertChoice(Layer(layer)),
        ["topk_weight", var layer] => Site.ExpertWeight(Layer(layer)),
        ["expert_out", var layer] => Site.ExpertOut(Layer(layer)),
        ["shared_key", var layer] => Site.SharedKey(Layer(layer)),
        ["shared_out", var layer] => Site.SharedOut(Layer(layer)),
        ["shared_gate", var layer] => Site.SharedGate(Layer(layer)),
        _ => throw new ArgumentException($"The case has a state '{string.Join('.', parts)}', which the test does not know; teach it the name.", nameof(parts)),
    };

    private static int Layer(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];
}
