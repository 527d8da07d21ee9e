using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Models.Families;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Shipping.Adapters;

/// <summary>
/// Writes edits as an adapter of PEFT (Hu et al. 2021, arXiv 2106.09685, in the form of <c>peft.LoraConfig</c>): kilobytes that go on top
/// of the model that they were made for. Each weight's alpha is its rank, so that the scale is 1 and B A is the change.
/// </summary>
public sealed class PeftExporter : IExporter
{
    private const string WeightSuffix = ".weight";

    /// <inheritdoc/>
    public string Name => "lora";

    /// <inheritdoc/>
    public string Description => "an adapter for PEFT, transformers and vLLM, on top of the unedited model";

    /// <inheritdoc/>
    public void CheckPlace(string place) => StagedFolder.RefuseTaken(place);

    /// <inheritdoc/>
    public ExportOutcome Write(ExportJob job)
    {
        if (job.Options.KeepsQuantisation)
            throw new AmendException("--keep-quant is for GGUF files; leave it out with --to lora.");
        RefuseStacked(job);
        var factors = StackedFactors.Of(job);
        try
        {
            var type = job.Options.DType?.For(Name) ?? ScalarType.Float32;
            using var folder = StagedFolder.Begin(job.To, $"{Guid.NewGuid()}"); // Too small to be gone on with.
            folder.Add(PeftNames.ConfigFile, path => JsonText.Write(path, Configuration(job, factors)));
            folder.Add(PeftNames.TensorsFile, path => SafeTensorsWriter.WriteEach(
                path, [.. factors.SelectMany(one => Tensors(one, type))], new Dictionary<string, string> { ["format"] = "pt" }));
            folder.Complete();
            return new ExportOutcome(Name, job.To, job.Edits.Ids, [.. factors.Select(one => one.Shipped(type))]);
        }
        finally
        {
            foreach (var one in factors)
                one.Dispose();
        }
    }

    private static void RefuseStacked(ExportJob job)
    {
        if (job.Edits.Weights.Select(job.Model.Weight).FirstOrDefault(weight => weight.Place is not null) is { } expert)
        {
            throw new AmendException(
                $"'{expert.Name}' is changed, which lies with others in '{expert.NameInFile}': that is no module's weight, as an adapter "
                + "needs it; write --to hf instead.");
        }
    }

    private static IEnumerable<SafeTensorsContent> Tensors(StackedFactors factors, ScalarType type)
    {
        var module = PeftNames.Wrapper + ModuleOf(factors.Weight);
        yield return new SafeTensorsContent($"{module}.lora_A.weight", type, factors.A.shape, factors.A.alias);
        yield return new SafeTensorsContent($"{module}.lora_B.weight", type, factors.B.shape, factors.B.alias);
    }

    private static JsonObject Configuration(ExportJob job, IReadOnlyList<StackedFactors> factors)
    {
        var rank = factors[0].Rank;
        var others = factors.Where(one => one.Rank != rank).ToList();
        JsonObject Pattern() => new(others.Select(one => KeyValuePair.Create(ModuleOf(one.Weight), (JsonNode?)one.Rank)));
        var fanInFanOut = factors.Any(one => job.Model.Weight(one.Weight).StoredTransposed);
        return new JsonObject
        {
            ["peft_type"] = "LORA",
            ["task_type"] = TaskType(job.Model.Kind),
            ["base_model_name_or_path"] = PublishedName(job) ?? job.Model.Source.Name,
            ["inference_mode"] = true,
            ["r"] = rank,
            ["lora_alpha"] = rank,
            ["lora_dropout"] = 0.0,
            ["bias"] = "none",
            ["fan_in_fan_out"] = fanInFanOut,
            ["target_modules"] = new JsonArray([.. factors.Select(one => (JsonNode)ModuleOf(one.Weight))]),
            ["rank_pattern"] = Pattern(),
            ["alpha_pattern"] = Pattern(),
        };
    }

    private static string? PublishedName(ExportJob job) =>
        job.Model.Description.Configuration.TryGetProperty("_name_or_path", out var name) && name.ValueKind == JsonValueKind.String
            && name.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static string ModuleOf(string weight) => weight.EndsWith(WeightSuffix, StringComparison.Ordinal)
        ? weight[..^WeightSuffix.Length]
        : throw new AmendException($"'{weight}' is changed, which is no module's weight, as an adapter needs it; write --to hf instead.");

    private static string? TaskType(ModelKinds kind) => kind switch
    {
        ModelKinds.CausalDecoder => "CAUSAL_LM",
        ModelKinds.EncoderDecoder => "SEQ_2_SEQ_LM",
        ModelKinds.Classifier => "SEQ_CLS",
        _ => null,
    };
}
