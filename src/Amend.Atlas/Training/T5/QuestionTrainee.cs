using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.T5;
using Amend.Models.Tokenizers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training.T5;

/// <summary>A T5 that learns to answer questions from its stream of them.</summary>
internal sealed class QuestionTrainee : ModelTrainee
{
    private readonly QuestionStream _stream;
    private readonly AnswerPass _pass;

    /// <summary>Creates a trainee with fresh weights.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="stream">The questions.</param>
    /// <param name="options">Sizes and rates.</param>
    /// <param name="validate">Measures the model.</param>
    public QuestionTrainee(
        PipelineTokenizer tokenizer,
        QuestionStream stream,
        T5TrainingOptions options,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate)
        : base(Fresh(tokenizer, options), options.Descent, validate)
    {
        (_stream, Config) = (stream, options.Config(tokenizer.VocabularySize));
        _pass = new AnswerPass((EncoderDecoder)Model.Transformer);
    }

    /// <summary>The model's configuration.</summary>
    public T5Config Config { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var (logits, ids) = _pass.Run(_stream.Batch(batch));
        var loss = cross_entropy(logits, ids);
        loss.backward();
        return new Dictionary<string, double> { ["loss"] = loss.item<float>() };
    }

    private static LanguageModel Fresh(PipelineTokenizer tokenizer, T5TrainingOptions options)
    {
        var config = options.Config(tokenizer.VocabularySize);
        var transformer = T5Family.Create(
            T5Family.ForGeneration, config, T5Initializer.Make(config, options.Seed), new OutputMarks(0, null, tokenizer.EndOfText));
        return new LanguageModel("training", T5Family.Name, transformer, tokenizer, hashesLater: true);
    }
}
