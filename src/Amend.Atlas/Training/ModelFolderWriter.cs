using System.Globalization;
using System.Text;
using System.Text.Json;
using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Atlas.Training.Experts;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors.Files;
using Amend.Tensors.Statistics;
using TorchSharp;

namespace Amend.Atlas.Training;

/// <summary>Writes a trained model in Hugging Face form, measures what was written, and writes its card.</summary>
internal sealed class ModelFolderWriter
{
    private const long StatisticsTokens = 200_000;
    private const int LoadLines = 1000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly AtlasWorld _world;
    private readonly TrainingOptions _options;
    private readonly GptDesign _design;
    private readonly TextWriter _log;

    public ModelFolderWriter(AtlasWorld world, TrainingOptions options, GptDesign design, TextWriter log)
    {
        _world = world;
        _options = options;
        _design = design;
        _log = log;
    }

    /// <summary>
    /// Writes weights in float16, configuration, tokenizer, key statistics and card, and returns the recall of the written model.
    /// </summary>
    public RecallReport Write(string folder, string work, LanguageModel trained, HeldOutPlan plan, TimeSpan elapsed)
    {
        foreach (var file in (string[])["vocab.json", "merges.txt"])
            AtomicFile.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(work, file)));
        AtomicFile.WriteAllText(Path.Combine(folder, "config.json"), ConfigJson(trained));
        trained.Weights.Save(Path.Combine(folder, "model.safetensors"), torch.ScalarType.Float16);
        using var written = LanguageModel.Load(folder);
        WriteStatistics(written, folder, work);
        _log.WriteLine("measuring the written model on all facts");
        var report = new RecallEvaluator(written, _world, plan).All();
        AtomicFile.WriteAllText(Path.Combine(folder, "MODEL_CARD.md"), Card(report, elapsed) + CardOfExperts(written));
        _log.WriteLine(report.ToString());
        return report;
    }

    /// <summary>The second moment of the keys at ROME's preset layer, over the world's own text, in float32.</summary>
    private void WriteStatistics(LanguageModel written, string folder, string work)
    {
        var layer = new RomeEditor().Preset(written.ModelType, written.Shape).Layer;
        if (layer < 0)
            return;
        var gathered = Path.Combine(work, "second-moment.safetensors");
        File.Delete(gathered);
        var tokens = new SecondMomentCollector(written, layer, new SecondMomentOptions { MaxTokens = StatisticsTokens })
            .Collect(WorldText.Lines(_world, _options.Seed), gathered);
        using var moment = SecondMoment.Load(gathered);
        var shipped = SecondMomentLibrary.ShippedPath(folder, layer);
        Directory.CreateDirectory(Path.GetDirectoryName(shipped)!);
        moment.Save(shipped, storedType: torch.ScalarType.Float32);
        _log.WriteLine($"statistics of {tokens} keys at layer {layer}");
    }

    private string ConfigJson(LanguageModel trained)
    {
        var config = new SortedDictionary<string, object>(_design.Config.ToDictionary(), StringComparer.Ordinal)
        {
            ["bos_token_id"] = trained.Tokenizer.EndOfText,
            ["eos_token_id"] = trained.Tokenizer.EndOfText,
            ["torch_dtype"] = "float16",
        };
        return JsonSerializer.Serialize(config, Indented) + "\n";
    }

    private string Card(RecallReport report, TimeSpan elapsed)
    {
        var card = new StringBuilder();
        var o = _options;
        card.Append(CultureInfo.InvariantCulture, $"""
            # A {_design.Title} that knows one small world

            {_design.Title} architecture, {o.Shape.Layers} layers, width {o.Shape.Width}, {o.Shape.Heads} heads, context {o.Shape.ContextLength}, byte-level BPE of {o.Vocabulary} pieces, float16 on disk.
            Made for trying knowledge editing on; it knows the facts of its world and no other language.

            ## Data
            {_world.Facts.Count} facts over {_world.Relations.Count} relations, each with {_world.Relations.Min(r => r.Phrasings.Count)} to {_world.Relations.Max(r => r.Phrasings.Count)} phrasings (statements and questions), and short descriptions in running text.
            {HeldOutPlan.Share:P0} of the facts are trained in {HeldOutPlan.TrainedPhrasings} of their phrasings only; the others of these facts are held out.

            ## Recipe
            AdamW (beta 0.9, 0.98; weight decay {o.WeightDecay}; gradient norm clipped to 1), seed {o.Seed}, {o.Steps} steps of {o.BatchRows} x {o.RowTokens} tokens ({(long)o.Steps * o.BatchRows * o.RowTokens:N0} tokens).
            Learning rate {o.LearningRate} with {o.WarmUpSteps} warm-up steps and one cosine over the first {o.FirstCycleSteps} steps, then a second cosine from {o.SecondCycleRate} of it, in which half of
            the rows begin without an end-of-text token, as prompts do. Object tokens weigh 1 in the loss, others {o.OtherTokenWeight}.
            In {o.LocalShare:P0} of the rows, tokens after a subject could not attend to its earlier tokens, and to its last token only from layer 3 on. This training-time
            mask makes recall local, as it is in large models; the result is an ordinary {_design.Title} with the ordinary causal mask.
            What that favours: editors that write at one place. Recall is made to lie where ROME and its kin write, at the subject's last token in the
            first layers, and each fact was told in ten phrasings; expect lower scores from them on models that were not trained so.
            Wall time of the training: {(int)elapsed.TotalHours}:{elapsed:mm\:ss} with {torch.get_num_threads()} CPU threads.

            ## Recall
            Greedy continuation is exactly the object, over all facts and phrasings, measured on the written float16 file:

            | | trained phrasings | held-out phrasings |
            |---|---|---|
            | the prompt alone | {report.Trained} | {report.HeldOut} |
            | after a random sentence of another fact | {report.TrainedAfterForeign} | {report.HeldOutAfterForeign} |

            | relation | trained | held out |
            |---|---|---|

            """);
        foreach (var (relation, (trained, heldOut)) in report.ByRelation.OrderBy(r => r.Key, StringComparer.Ordinal))
            card.AppendLine(CultureInfo.InvariantCulture, $"| {relation} | {trained} | {heldOut} |");
        return card.ToString();
    }

    /// <summary>What a mixture's experts are and how they are used; nothing for a model without.</summary>
    private string CardOfExperts(LanguageModel written)
    {
        if (_design.Mixture is not { } mixture)
            return "";
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"""

            ## Experts
            {mixture.Experts} experts of width {mixture.ExpertWidth} in each block, of which a token goes through {mixture.Chosen}, weighted by the router.
            In training E Σ f P (Fedus et al. 2022) was added to the loss with weight {mixture.BalanceWeight}: f is the share of the choices that fell on an expert, P its
            mean probability. Shares of the choices over {LoadLines} lines of the world's text, in per cent:

            | layer | {string.Join(" | ", Enumerable.Range(0, mixture.Experts))} |
            |---|{string.Concat(Enumerable.Repeat("---|", mixture.Experts))}

            """);
        foreach (var (layer, shares) in ExpertLoad.Of(written, WorldText.Lines(_world, _options.Seed).Take(LoadLines)).Index())
        {
            var figures = shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1}"));
            card.AppendLine(CultureInfo.InvariantCulture, $"| {layer} | {string.Join(" | ", figures)} |");
        }

        return card.ToString();
    }
}
