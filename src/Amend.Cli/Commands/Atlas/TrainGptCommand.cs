using Amend.Atlas.Training;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train gpt</c>: trains a GPT-2 on a world.</summary>
internal sealed class TrainGptCommand()
    : TrainDecoderOfWorldCommand("gpt", "A small GPT-2, from nothing; about an hour on 2 cores.", new TrainingOptions());
