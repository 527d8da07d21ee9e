using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train gpt</c>: trains a GPT-2 on a world.</summary>
internal sealed class TrainGptCommand() : TrainWorldCommand<RecallReport>(Kind)
{
    private static readonly TrainingOptions Usual = new();
    private static readonly TrainedKind Kind = new(
        "gpt", "A small GPT-2, from nothing; about an hour on 2 cores.", "weights, held-out phrasings and order")
    {
        Steps = Usual.Steps,
        Vocabulary = Usual.Vocabulary,
        Seed = Usual.Seed,
    };

    /// <inheritdoc/>
    protected override Func<AtlasWorld, WorldTrainer<RecallReport>> Trainer(ParseResult parsed)
    {
        var options = (Usual with
        {
            Steps = parsed.GetValue(Steps),
            Vocabulary = parsed.GetValue(Vocabulary),
            Seed = parsed.GetValue(Seed),
        }).Validated();
        return world => new GptTrainer(world, options, Console.Error);
    }

    /// <inheritdoc/>
    protected override object Document(string folder, RecallReport report) => TrainedDocument.Of(folder, report);
}
