using System.Globalization;
using System.Text;
using System.Text.Json;
using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using TorchSharp;

namespace Amend.Atlas.Training.T5;

/// <summary>Writes a trained T5 in Hugging Face form, measures what was written, and writes its card.</summary>
internal sealed class T5FolderWriter(AtlasWorld world, T5TrainingOptions options, TextWriter log)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes weights in float16, configuration, tokenizer and card, and returns what the written model answers.</summary>
    public QuestionReport Write(string folder, string work, QuestionTrainee trained, QuestionEvaluator evaluator, TrainingCurve curve)
    {
        foreach (var file in QuestionTokenizer.Files)
            AtomicFile.WriteAllText(Path.Combine(folder, file), File.ReadAllText(Path.Combine(work, file)));
        var config = trained.Config.ToJson(((EncoderDecoder)trained.Model.Transformer).Marks);
        AtomicFile.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config, Indented) + "\n");
        trained.Model.Weights.Save(Path.Combine(folder, "model.safetensors"), torch.ScalarType.Float16);
        log.WriteLine("measuring the written model on all questions");
        using var written = LanguageModel.Load(folder);
        var report = evaluator.All(written);
        AtomicFile.WriteAllText(Path.Combine(folder, "MODEL_CARD.md"), Card(written, report, TimeSpan.FromSeconds(curve.Seconds)));
        log.WriteLine(report.ToString());
        return report;
    }

    private string Card(LanguageModel written, QuestionReport report, TimeSpan elapsed)
    {
        var (o, shape) = (options, written.Shape);
        int[] forms = [.. world.Relations.Select(relation => QuestionForms.Of(relation).Count)];
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"""
            # A T5 that answers questions about one small world

            T5 architecture (version 1.0, T5ForConditionalGeneration), {shape.Layers} layers in each stack, width {shape.Width}, {shape.Heads} heads, SentencePiece unigram of {shape.Vocabulary} pieces, float16 on disk.
            It answers a question from memory. Made for trying knowledge editing on; it knows no other questions and no other language.

            ## Data
            Questions about {world.Facts.Count} facts over {world.Relations.Count} relations, each relation with {forms.Min()} to {forms.Max()} wordings. Of {QuestionPlan.UntoldShare:P0} of the subjects nothing is told: `atlas-zsre` teaches their
            facts by editing. Of each other fact {QuestionPlan.HeldOutForms} wordings are held out. `atlas-nq` asks about told facts in shown wordings.

            ## Recipe
            AdamW (beta 0.9, 0.98; weight decay {o.WeightDecay} of matrices; gradient norm clipped to 1), seed {o.Seed}, {o.Steps} steps of {o.BatchRows} questions ({(long)o.Steps * o.BatchRows:N0} questions).
            Learning rate {o.LearningRate} with {o.WarmUpSteps} warm-up steps and one cosine. Cross-entropy of the answers' tokens. No dropout, no pretraining on running text.
            What that favours: answers are short names, and a question has no context but its subject. Expect a T5 of real questions to know less of
            what it is asked and to guess more.
            Wall time of the training: {(int)elapsed.TotalHours}:{elapsed:mm\:ss} with {torch.get_num_threads()} CPU threads.

            ## Answers
            Exactly the object, greedily, measured on the written float16 file:

            | questions | right |
            |---|---|
            | told facts, shown wordings | {report.Shown} |
            | told facts, held-out wordings | {report.HeldOut} |
            | untold facts, all wordings | {report.Untold} |

            | relation | told facts, held-out wordings |
            |---|---|

            """);
        foreach (var (relation, share) in report.ByRelation.OrderBy(r => r.Key, StringComparer.Ordinal))
            card.AppendLine(CultureInfo.InvariantCulture, $"| {relation} | {share} |");
        return card.ToString();
    }
}
