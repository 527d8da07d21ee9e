using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Editors.Enn;
using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Parity.Tests.Families;
using Amend.Parity.Tests.Metrics;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>
/// A golden case of MEND or ENN: a model, a network with its moments or rates, and one or more edits in sequence, all as token ids.
/// </summary>
internal sealed class RowNetworkCase : IDisposable
{
    private readonly JsonElement _case;

    private RowNetworkCase(GoldenCase golden, JsonElement json)
    {
        _case = json;
        Model = TinyModels.FromFolder(golden.Shared(json.GetProperty("model").GetString()!), new WrittenIds());
        Expected = golden.Tensors("expected.safetensors");
        ModelWeight[] weights = [.. InnerParameters.Select(name => Model.Weights[name])];
        Network = json.TryGetProperty("n_edit_steps", out var steps)
            ? new EnnNetwork(weights, new EnnNetworkOptions { NEditSteps = steps.GetInt32() })
            : new MendNetwork(weights, MendOptions, seed: 0);
        Load(golden);
    }

    public LanguageModel Model { get; }

    public RowNetwork Network { get; }

    public GoldenTensors Expected { get; }

    public double Tolerance => _case.GetProperty("tol_relative").GetDouble();

    public IReadOnlyList<string> InnerParameters => [.. _case.GetProperty("inner_params").EnumerateArray().Select(name => name.GetString()!)];

    /// <summary>The edits, each with what its expected tensors' names begin with.</summary>
    public IReadOnlyList<RowNetworkEdit> Edits => _case.TryGetProperty("edits", out var edits)
        ? [.. edits.EnumerateArray().Select((edit, place) => new RowNetworkEdit(
            $"edit{place}.", Rows(edit.GetProperty("batch")), [.. Probes(edit)]))]
        : [new RowNetworkEdit("", Rows(_case.GetProperty("batch")), [])];

    private MendNetworkOptions MendOptions
    {
        get
        {
            var config = _case.GetProperty("config");
            Assert.True(config.GetProperty("combine").GetBoolean());
            return new MendNetworkOptions
            {
                NHidden = config.GetProperty("n_hidden").GetInt32(),
                Rank = config.GetProperty("rank").GetInt32(),
                Shared = config.GetProperty("shared").GetBoolean(),
                Norm = config.GetProperty("norm").GetBoolean(),
            };
        }
    }

    /// <summary>Opens a case; one whose model's family is not built in is reported as skipped.</summary>
    public static RowNetworkCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        var model = json.GetProperty("model").GetString()!;
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, golden.Shared(model), golden.Root, id));
        return new RowNetworkCase(golden, json);
    }

    /// <summary>The requests of rows of token ids.</summary>
    public static IReadOnlyList<EditRequest> Requests(IReadOnlyList<PromptAndTarget> rows) =>
        [.. rows.Select(row => new EditRequest(WrittenIds.TextOf(row.Prompt), null, WrittenIds.TextOf(row.Target)))];

    /// <summary>The model's logits for a row: of every token, of every token that is written, or of the labels.</summary>
    public Tensor Logits(PromptAndTarget row)
    {
        using var inference = inference_mode();
        return Model.Transformer switch
        {
            EncoderDecoder written => written.Logits(
                TokenBatch.Pad([row.Prompt], padding: 0),
                TokenBatch.Pad([[written.Marks.Start, .. row.Target.SkipLast(1)]], padding: 0))[0],
            EncoderClassifier classifier => classifier.Logits(TokenBatch.Pad([row.Prompt], padding: 0))[0],
            _ => Model.Logits(TokenBatch.Pad([[.. row.Prompt, .. row.Target]], padding: 0))[0],
        };
    }

    /// <summary>A stored tensor of a matrix as this project has it, <c>[out,in]</c>.</summary>
    public Tensor Stored(string name, string weight)
    {
        var stored = Expected[name];
        return Model.Weights[weight].StoredTransposed ? stored.t() : stored;
    }

    public void Dispose()
    {
        Network.Dispose();
        Model.Dispose();
        Expected.Dispose();
    }

    private void Load(GoldenCase golden)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (!golden.Has("hypernetwork.safetensors"))
        {
            // The reference matches its rates with the parameters in the order of the model.
            var order = _case.Texts("rate_order");
            Network.Rates.Value.copy_(stack([.. InnerParameters.Select(name => Expected["edit_lrs"][Array.IndexOf(order, name)])]));
            return;
        }

        using var given = golden.Tensors("hypernetwork.safetensors");
        Load(given);
    }

    /// <summary>The stored deviations are put in as the sums of squares of two rows.</summary>
    private void Load(GoldenTensors given)
    {
        foreach (var (name, value) in Network.Tensors)
        {
            if (name.EndsWith(".k", StringComparison.Ordinal))
                value.fill_(2);
            else
                value.copy_(name.EndsWith("_s", StringComparison.Ordinal) ? given[name[..^1] + "std"].to(float64).square() : given[name]);
        }

        Assert.Equal(given.Names.Count(), Network.Tensors.Count(tensor => !tensor.Name.EndsWith(".k", StringComparison.Ordinal)));
    }

    private IEnumerable<PromptAndTarget> Probes(JsonElement edit) => edit.TryGetProperty("probe", out var probe) ? Rows(probe) : [];

    private IReadOnlyList<PromptAndTarget> Rows(JsonElement batch)
    {
        var masks = Integers(batch.GetProperty("attention_mask"));
        var inputs = Integers(batch.GetProperty("input_ids")).Zip(masks, (ids, mask) => ids[..mask.Sum()]).ToList();
        if (!batch.TryGetProperty("labels", out var given))
            return [.. inputs.Select(ids => new PromptAndTarget(ids, []))];
        if (given[0].ValueKind == JsonValueKind.Number)
            return [.. inputs.Select((ids, row) => new PromptAndTarget(ids, [given[row].GetInt32()]))];
        var targets = Integers(given).Select(labels => labels.Where(id => id >= 0).ToArray());
        var isOwnText = Model.Transformer is EncoderDecoder;
        return [.. inputs.Zip(targets, (ids, target) => new PromptAndTarget(isOwnText ? ids : ids[..^target.Length], target))];
    }

    private static List<int[]> Integers(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
}

/// <summary>An edit of a case.</summary>
internal sealed record RowNetworkEdit(string Prefix, IReadOnlyList<PromptAndTarget> Rows, IReadOnlyList<PromptAndTarget> Probes);

/// <summary>A prompt and its target as ids.</summary>
internal sealed record PromptAndTarget(int[] Prompt, int[] Target);
