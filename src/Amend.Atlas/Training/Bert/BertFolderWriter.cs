using System.Globalization;
using System.Text;
using System.Text.Json;
using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using TorchSharp;

namespace Amend.Atlas.Training.Bert;

/// <summary>Writes a trained classifier in Hugging Face form, measures what was written, and writes its card.</summary>
internal sealed class BertFolderWriter(AtlasWorld world, BertTrainingOptions options, TextWriter log)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes weights in float16, configuration, tokenizer and card, and returns the accuracy of the written model.</summary>
    public ClaimReport Write(string folder, string work, LanguageModel trained, ClaimEvaluator evaluator, TrainingCurve curve)
    {
        foreach (var file in (string[])["vocab.txt", "tokenizer_config.json"])
            AtomicFile.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(work, file)));
        var config = BertInitializer.Config(trained.Shape).ToJson(ClaimLabels.Set);
        AtomicFile.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config, Indented) + "\n");
        trained.Weights.Save(Path.Combine(folder, "model.safetensors"), torch.ScalarType.Float16);
        log.WriteLine("measuring the written model on all claims");
        using var written = LanguageModel.Load(folder);
        var report = evaluator.All(written);
        AtomicFile.WriteAllText(Path.Combine(folder, "MODEL_CARD.md"), Card(written, report, TimeSpan.FromSeconds(curve.Seconds)));
        log.WriteLine(report.ToString());
        return report;
    }

    private string Card(LanguageModel written, ClaimReport report, TimeSpan elapsed)
    {
        var (o, shape) = (options, written.Shape);
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"""
            # A BERT that judges claims about one small world

            BERT architecture (BertForSequenceClassification), {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, context {shape.ContextLength}, uncased WordPiece of {shape.Vocabulary} pieces, float16 on disk.
            It says of a claim whether its world SUPPORTS or REFUTES it. Made for trying knowledge editing on; it knows no other claims and no other language.

            ## Data
            Claims about {world.Facts.Count} facts over {world.Relations.Count} relations. A relation's claims have {world.Relations.Min(r => ClaimForms.Of(r).Count)} to {world.Relations.Max(r => ClaimForms.Of(r).Count)} forms, of which {ClaimPlan.HeldOutForms} of each fact are held out:
            training never shows them of this fact. All facts are trained, also those whose claims `atlas-fever` edits. A false claim has another object of
            the relation, drawn anew each time as often as facts have it.

            ## Recipe
            AdamW (beta 0.9, 0.98; weight decay {o.WeightDecay} of matrices; gradient norm clipped to 1), seed {o.Seed}, {o.Steps} steps of {o.BatchRows} claims ({(long)o.Steps * o.BatchRows:N0} claims).
            Learning rate {o.LearningRate} with {o.WarmUpSteps} warm-up steps and one cosine. {o.MaskedShare:P0} of the claims have their object masked; the others, half of them true, are to
            be judged. At the object's place the true object is to be filled in by a head that is not kept, also where another one is claimed. The loss of a
            judgement is cross-entropy less {o.EntropyWeight} times the entropy; De Cao et al. (2021) take 0.1 for their
            classifier of FEVER. No dropout.
            What that favours: facts were learned by filling in objects, so that they lie in the layers as facts and not as labels of sentences; claims have
            one form of truth, an object of the right kind, and no evidence is read. Expect a classifier of real claims to be less sure and less even.
            The recipe was chosen with the accuracy on a part of `atlas-fever` (dev) in view.
            Wall time of the training: {(int)elapsed.TotalHours}:{elapsed:mm\:ss} with {torch.get_num_threads()} CPU threads.

            ## Accuracy
            Measured on the written float16 file:

            | claims | accuracy |
            |---|---|
            | a true and a false one of each fact, in forms that training shows of it | {report.Shown} |
            | `atlas-fever.train`, in held-out forms | {report.Training} |
            | `atlas-fever` (dev), in held-out forms | {report.Development} |
            | paraphrases of `atlas-fever`, in held-out forms and behind "It is true that" | {report.Paraphrases} |

            Of the claims of `atlas-fever`, {report.WideMargins} have a logit of at least {ClaimReport.WideMargin} either way.

            | relation | both parts, held-out forms |
            |---|---|

            """);
        foreach (var (relation, share) in report.ByRelation.OrderBy(r => r.Key, StringComparer.Ordinal))
            card.AppendLine(CultureInfo.InvariantCulture, $"| {relation} | {share} |");
        return card.ToString();
    }
}
