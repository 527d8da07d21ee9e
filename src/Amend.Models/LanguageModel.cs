using Amend.Models.Configuration;
using Amend.Models.Effects;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Sources;
using Amend.Models.Sources.Gguf;
using Amend.Models.Taps;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;
using Amend.Models.Weights;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models;

/// <summary>
/// A language model: tokenizer, transformer, and the effects of the edits that are applied. Loaded once from a folder in
/// Hugging Face form or a GGUF file; owns its tensors. Most of it is for causal decoders and says so where the model is none;
/// encoder-decoders complete and score, classifiers classify, masked language models fill masks.
/// </summary>
public sealed class LanguageModel : IDisposable, IPromptReader
{
    /// <summary>Of the context this part is left behind a preamble, so that a prompt has the same one for all shorter answers.</summary>
    private const int ShareFollowing = 16;

    private readonly Lazy<string> _baseHash;
    private readonly Lazy<string> _checkpointHash;

    /// <summary>Puts a model together from its parts, which it then owns.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="modelType">The family's <c>model_type</c>.</param>
    /// <param name="transformer">The transformer.</param>
    /// <param name="tokenizer">The tokenizer; null for models that are asked by token ids only.</param>
    /// <param name="device">Where the weights are.</param>
    /// <param name="hashesLater">Whether the base hash is computed when it is first asked for, see <see cref="LoadOptions"/>.</param>
    public LanguageModel(
        string name,
        string modelType,
        TransformerModel transformer,
        ITokenizer? tokenizer,
        Device? device = null,
        bool hashesLater = false)
    {
        Name = name;
        ModelType = modelType;
        Transformer = transformer;
        TokenizerOrNull = tokenizer;
        Device = device ?? CPU;
        Applied = new AppliedEffects(transformer.Weights);
        _baseHash = new(() => Weights.Hash(weight => Applied.BaseOf(weight.Name)));
        _checkpointHash = new(ComputeCheckpointHash);
        if (!hashesLater)
            _ = BaseHash;
    }

    /// <summary>What messages call the model: the name of its folder or file.</summary>
    public string Name { get; }

    /// <summary>The family's <c>model_type</c>.</summary>
    public string ModelType { get; }

    /// <summary>The folder that the model was loaded from; null for one of a single file and one made in memory.</summary>
    public string? Folder => (Source as ModelFolder)?.Path;

    /// <summary>The ids that end what the model generates, as its files say, beside the one that ends a text for its tokenizer.</summary>
    public IReadOnlyList<int> Ends { get; internal init; } = [];

    /// <summary>What was found on loading that is worth knowing, such as tensors that were passed over; a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>The transformer, of whatever kind.</summary>
    public TransformerModel Transformer { get; }

    /// <summary>The sizes of the stack that gives the output.</summary>
    public ModelShape Shape => Transformer.Shape;

    /// <summary>All parameters.</summary>
    public WeightTable Weights => Transformer.Weights;

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    /// <summary>The effects of the applied edits, in order.</summary>
    public AppliedEffects Applied { get; }

    /// <summary>SHA-256 of the weights as loaded, before any edit; see <see cref="WeightTable.Hash()"/>.</summary>
    public string BaseHash => _baseHash.Value;

    /// <summary>
    /// The base hash that the checkpoint has when it is loaded in float32, so the same in whatever type it is loaded. In another
    /// type the first call reads the checkpoint again. A model made in memory has its base hash.
    /// </summary>
    /// <exception cref="AmendException">The checkpoint can no longer be read, or is no longer the one that was loaded.</exception>
    public string CheckpointHash => _checkpointHash.Value;

    /// <summary>The tokenizer.</summary>
    /// <exception cref="ModelFormatException">The model has none.</exception>
    public ITokenizer Tokenizer => TokenizerOrNull
        ?? throw new ModelFormatException(
            Source is not GgufModel
                ? $"'{Name}' has no tokenizer files ({string.Join("; ", TokenizerLoader.Formats.Select(f => f.Files))}) and can be asked "
                    + "by token ids only; add them to its folder."
                : $"'{Name}' has no tokenizer in its file and can be asked by token ids only; take a file with one.");

    /// <summary>Whether the model has a tokenizer; without one it is asked by token ids.</summary>
    public bool HasTokenizer => TokenizerOrNull is not null;

    /// <summary>Where the model was loaded from; null for one made in memory.</summary>
    internal IModelSource? Source { get; init; }

    private ITokenizer? TokenizerOrNull { get; }

    private CausalDecoder ForLogits => RequireDecoder("The reading of logits");

    /// <summary>The causal decoder, for a tool that needs one.</summary>
    /// <param name="tool">What the message calls the tool, such as <c>rome</c>.</param>
    /// <exception cref="AmendException">The model is no causal decoder.</exception>
    public CausalDecoder RequireDecoder(string tool) => Transformer as CausalDecoder
        ?? throw new AmendException($"{tool} needs a causal decoder; '{Name}' is {Transformer.Architecture}.");

    /// <summary>Refuses a model that a tool has no use for.</summary>
    /// <param name="tool">What the message calls the tool, such as <c>ft</c>.</param>
    /// <param name="kinds">The kinds of model that it serves.</param>
    /// <exception cref="AmendException">The model is of another kind.</exception>
    public void Require(string tool, ModelKinds kinds)
    {
        if (!kinds.HasFlag(Transformer.Kind))
            throw new AmendException($"{tool} needs {kinds.AsText()}; '{Name}' is {Transformer.Architecture}.");
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">
    /// A folder in Hugging Face form with <c>config.json</c>, the weights and the tokenizer's files, a GGUF file, or
    /// <c>BASE+OVERLAY</c>, see <see cref="OverlaidModel"/>.
    /// </param>
    /// <param name="options">Device and type.</param>
    /// <exception cref="AmendException">Its configuration, weights or tokenizer cannot be read as a known family.</exception>
    public static LanguageModel Load(string path, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        return ModelLoader.Load(ModelSource.At(path, options.TokenizerFolder), options);
    }

    /// <summary>
    /// Puts a model together without its values, from the shapes in its files: it takes no memory, tells its sizes and modules and what
    /// fits them, and computes nothing. The caller disposes.
    /// </summary>
    /// <param name="path">See <see cref="Load"/>.</param>
    /// <param name="type">The type that its weights would have in memory.</param>
    /// <exception cref="AmendException">Its configuration, weights or tokenizer cannot be read as a known family.</exception>
    public static LanguageModel LoadShapes(string path, ScalarType type = ScalarType.Float32) =>
        ModelLoader.LoadShapes(ModelSource.At(path), type);

    /// <summary>Tokenizes a text.</summary>
    /// <exception cref="AmendException">The text is empty.</exception>
    public TokenizedText Tokenize(string text)
    {
        var tokens = Tokenizer.Encode(text);
        return text.Length > 0 && tokens.Ids.Count > 0 ? tokens : throw new AmendException("The prompt is empty; give at least one word.");
    }

    /// <summary>
    /// A prompt as the model is to read it: behind the text that the applied edits put in front of it. Whatever asks the model a prompt
    /// asks it this way; whatever looks into a pass reads the bare prompt.
    /// </summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="following">How many tokens are to follow it in the context, so that room is left for them.</param>
    /// <exception cref="AmendException">The prompt has no token.</exception>
    public string WithPreamble(string prompt, int following = 0)
    {
        if (prompt.Length == 0 || Transformer.Taps.Preamble is not { } preamble)
            return prompt;
        var room = Shape.ContextLength - Tokenize(prompt).Ids.Count - Math.Max(following, Shape.ContextLength / ShareFollowing);
        return room > 0 ? preamble.Before(this, prompt, room) + prompt : prompt;
    }

    /// <summary>Logits at every token of a padded batch.</summary>
    /// <param name="batch">The sequences.</param>
    /// <returns><c>[B,T,V]</c>, in the caller's dispose scope; values at padding are meaningless.</returns>
    public Tensor Logits(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return ForLogits.Unembed(Hidden(batch)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the next token after each sequence of a padded batch.</summary>
    /// <param name="batch">The sequences.</param>
    /// <returns><c>[B,V]</c>, in the caller's dispose scope.</returns>
    public Tensor NextLogits(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var last = tensor(batch.Lengths.Select(n => n - 1L).ToArray(), device: Device);
        var rows = arange(batch.Lengths.Count, dtype: ScalarType.Int64, device: Device);
        return ForLogits.Unembed(Hidden(batch).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(last))).MoveToOuterDisposeScope();
    }

    /// <summary>The residual stream after the last block of a batch padded on the right.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="promptEnds">True at the last token of each prompt, bool <c>[B,T]</c>; each sequence is a prompt when null.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope; values at padding are meaningless.</returns>
    public Tensor Hidden(TokenBatch batch, Tensor? promptEnds = null, PassStart? start = null)
    {
        CheckLength(batch.Lengths.Max());
        using var scope = NewDisposeScope();
        var attention = Reading(batch, promptEnds);
        var hidden = start is null
            ? ForLogits.Blocks(ForLogits.Embed(batch.Ids, attention.Positions), attention)
            : ForLogits.Blocks(start.Hidden, attention, start.Layer);
        return hidden.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor StatesAside(IReadOnlyList<int> ids, int layer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var view = Applied.ViewAside();
        var batch = TokenBatch.Pad([[.. ids.TakeLast(Shape.ContextLength)]], padding: 0, Device);
        var pass = Reading(batch, promptEnds: null);
        var decoder = RequireDecoder("The reading of prompts");
        var hidden_BTD = decoder.Blocks(decoder.Embed(batch.Ids, pass.Positions), pass, 0, layer + 1);
        return hidden_BTD[0].cpu().to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the blocks below one once over a batch, see <see cref="BlockStack.Below"/>.</summary>
    /// <returns>Where passes over the batch go on; the caller disposes.</returns>
    internal PassStart Below(int layer, TokenBatch batch, Tensor? promptEnds)
    {
        CheckLength(batch.Lengths.Max());
        using var scope = NewDisposeScope();
        return ForLogits.Below(layer, batch.Ids, Reading(batch, promptEnds));
    }

    /// <summary>Continues a prompt; an encoder-decoder answers it.</summary>
    /// <param name="prompt">The text to continue.</param>
    /// <param name="options">Length and sampling; greedy by default.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="AmendException">
    /// The prompt is empty, prompt and continuation exceed the context, or the model generates no text.
    /// </exception>
    public string Complete(string prompt, GenerationOptions? options = null) =>
        Complete(Tokenize(WithPreamble(prompt, (options ?? new GenerationOptions()).MaxNewTokens)), options);

    /// <summary>Continues a prompt that is tokenized, as it is; an encoder-decoder answers it.</summary>
    /// <param name="prompt">The tokens to continue; what edits put in front is among them where it is to be.</param>
    /// <param name="options">Length and sampling; greedy by default.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="AmendException">Prompt and continuation exceed the context, or the model generates no text.</exception>
    public string Complete(TokenizedText prompt, GenerationOptions? options = null)
    {
        options ??= new GenerationOptions();
        var generator = new Generation.Generator(this) { RequiresNumbers = true };
        var generated = Spoken(generator.Generate([prompt.Ids], options)[0], options);
        return Transformer is EncoderDecoder ? Tokenizer.Decode(generated) : Tokenizer.DecodeContinuation(generated);
    }

    /// <summary>The ids of a generated text up to a sign of its end, which is no text itself.</summary>
    /// <param name="generated">What was generated.</param>
    /// <param name="options">How.</param>
    public IEnumerable<int> Spoken(IEnumerable<int> generated, GenerationOptions options)
    {
        var end = new Generation.Generator(this).End;
        return generated.TakeWhile(id => !IsSignOfEnd(id, end, options));
    }

    /// <summary>The labels of a text, the likeliest first.</summary>
    /// <exception cref="AmendException">The text is empty or exceeds the context, or the model is no classifier.</exception>
    public IReadOnlyList<LabelProbability> Classify(string text) => new TextClassifier(this).Classify([text])[0];

    /// <summary>The likeliest tokens at each masked place of a text, see <see cref="MaskedTokens"/>.</summary>
    /// <param name="text">A text with at least one mask, such as <c>[MASK]</c>.</param>
    /// <param name="count">How many tokens for each place.</param>
    /// <exception cref="AmendException">The text has no mask or exceeds the context, or the model fills no masks.</exception>
    public IReadOnlyList<IReadOnlyList<TokenProbability>> FillMasks(string text, int count) => MaskedTokens.Top(this, text, count);

    /// <summary>Opens a trace over the model's taps, for the passes of this thread.</summary>
    public Trace Trace() => new(Transformer.Taps);

    /// <summary>Opens a view in which parameters can be replaced, for the passes of this thread.</summary>
    public WeightView View() => new(Weights);

    /// <summary>Refuses sequences that the model has no positions for.</summary>
    /// <exception cref="AmendException">The length is over the context length.</exception>
    public void CheckLength(int tokens)
    {
        if (tokens > Shape.ContextLength)
            throw new AmendException($"{tokens} tokens were asked of '{Name}', whose context holds {Shape.ContextLength}; "
                + "shorten the prompt or generate fewer tokens.");
    }

    /// <summary>Refuses what the model gave out where it is not a number, and names the weights that are to blame.</summary>
    /// <param name="output">Logits or the like, of any shape.</param>
    /// <exception cref="AmendException">A value is NaN.</exception>
    public void RequireNumbers(Tensor output)
    {
        using var scope = NewDisposeScope();
        if (!output.isnan().any().item<bool>())
            return;
        var broken = Weights.All.Where(weight => !weight.Value.isfinite().all().item<bool>()).Select(weight => $"'{weight.Name}'").ToList();
        throw new AmendException(broken.Count == 0
            ? $"'{Name}' gives NaN, not a number, though its weights are finite: "
                + $"{Weights.All[0].Value.dtype} is too narrow for what it computes; load it as float32."
            : $"'{Name}' gives NaN, not a number, because it has weights that are not finite: {broken[0]}"
                + (broken.Count > 1 ? $" and {broken.Count - 1} more" : "") + "; download or train it again.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Applied.Dispose();
        Transformer.Dispose();
    }

    private static AttentionScope Reading(TokenBatch batch, Tensor? promptEnds) => AttentionScope
        .Causal(batch.Mask, (int)batch.Ids.shape[1])
        .EndingAt(promptEnds ?? AttentionScope.LastTokens(batch.Mask));

    /// <summary>Whether an id ends a text and is no text itself: one that the files name may be a letter, which then is the last.</summary>
    private bool IsSignOfEnd(int id, int end, GenerationOptions options) =>
        id == end || options.Ends.Contains(id)
            || (Ends.Contains(id) && Tokenizer.SpecialTokens.Contains(Tokenizer.DecodeContinuation([id])));

    private string ComputeCheckpointHash()
    {
        if (Source is null || Weights.All.All(weight => weight.Value.dtype == ScalarType.Float32))
            return BaseHash;
        using var checkpoint = Source.OpenWeights();
        return Amend.Models.Weights.CheckpointHash.Compute(checkpoint, Weights, BaseHash);
    }
}
