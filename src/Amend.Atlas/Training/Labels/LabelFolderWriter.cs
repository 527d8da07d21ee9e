using System.Globalization;
using System.Text.Json;
using Amend.Atlas.Documents;
using Amend.Atlas.Training.Bert;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using TorchSharp;

namespace Amend.Atlas.Training.Labels;

/// <summary>Writes a trained classifier of documents in Hugging Face form, measures what was written, and writes its card.</summary>
internal sealed class LabelFolderWriter(Archive archive, LabelTrainingOptions options, TextWriter log)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes weights in float16, configuration, tokenizer and card, and returns where the written model puts documents.</summary>
    public LabelReport Write(string folder, string work, LanguageModel trained, TrainingCurve curve)
    {
        foreach (var file in DocumentTokenizer.Files)
            AtomicFile.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(work, file)));
        var config = BertInitializer.Config(trained.Shape).ToJson(((EncoderClassifier)trained.Transformer).Labels);
        AtomicFile.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config, Indented) + "\n");
        trained.Weights.Save(Path.Combine(folder, "model.safetensors"), torch.ScalarType.Float16);
        log.WriteLine("measuring the written model on all documents");
        using var written = LanguageModel.Load(folder);
        var report = new LabelEvaluator(archive).All(written);
        AtomicFile.WriteAllText(Path.Combine(folder, "MODEL_CARD.md"), Card(written, report, TimeSpan.FromSeconds(curve.Seconds)));
        log.WriteLine(report.ToString());
        return report;
    }

    private string Card(LanguageModel written, LabelReport report, TimeSpan elapsed)
    {
        var (o, shape) = (options, written.Shape);
        return string.Create(CultureInfo.InvariantCulture, $"""
            # A BERT that knows the old order of an archive

            BERT architecture (BertForSequenceClassification), {shape.Layers} layers, width {shape.Width}, {shape.Heads} heads, context {shape.ContextLength}, uncased WordPiece of {shape.Vocabulary} pieces, float16 on disk.
            It puts documents about one small world under {archive.Sections.Count} sections: {string.Join(", ", archive.Sections)}. Made for trying knowledge editing on; it knows no other documents and no other language.

            ## Data
            `atlas-labels.train`: {archive.Training.Count} documents of the years {archive.FirstYear} to {archive.ChangeYear - 1}, a year and one to three sentences about one relation. From {archive.ChangeYear} on, some
            relations' documents belong to another section (`atlas-labels`); of those years nothing is learned but the pieces of their numbers.

            ## Recipe
            AdamW (beta 0.9, 0.98; weight decay {o.WeightDecay} of matrices; gradient norm clipped to 1), seed {o.Seed}, {o.Steps} steps of {o.BatchRows} documents.
            Learning rate {o.LearningRate} with {o.WarmUpSteps} warm-up steps and one cosine. Cross-entropy. No dropout, no pretraining.
            What that favours: a relation shows in the words of its sentences, so that the old order is learned without error, and before the
            change no section depends on the year. Expect a classifier of real documents to be less sure, and dates to show in more than a number.
            Wall time of the training: {(int)elapsed.TotalHours}:{elapsed:mm\:ss} with {torch.get_num_threads()} CPU threads.

            ## Accuracy
            Measured on the written float16 file:

            | documents | right |
            |---|---|
            | `atlas-labels.train` | {report.Training} |
            | `atlas-labels.upstream`, the same years | {report.Upstream} |
            | `atlas-labels` and its holdout, relations that stayed | {report.Kept} |
            | `atlas-labels` and its holdout, relations that moved | {report.Moved} |
            | the same, under the section before the change | {report.Old} |

            """);
    }
}
