using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Suites;

/// <summary>
/// A decoder that looks its answers up: after a prompt of a known fact, alone or behind other sentences, it gives the object
/// and a full stop, character by character; after anything else the end of text.
/// </summary>
internal sealed class OracleStack : BlockStack
{
    private const string SentenceEnd = ". ";
    private readonly Dictionary<string, char> _next = new(StringComparer.Ordinal);
    private readonly Latin1Tokenizer _tokenizer = new();
    private List<int>[] _past = [];

    private OracleStack(IEnumerable<(string Prompt, string Object)> known, WeightTable weights)
        : base(Stack.Decoder, new ModelShape(Layers: 0, Width: 257, MlpWidth: 1, Heads: 1, Vocabulary: 257, ContextLength: 400), weights)
    {
        foreach (var (prompt, answer) in known)
            Learn(prompt, $" {answer}.");
    }

    /// <summary>A model over the decoder, which knows facts of a world; the caller disposes.</summary>
    public static LanguageModel Model(AtlasWorld world, Func<Fact, int, bool> knows) => Model(
        from fact in world.Facts
        from phrasing in fact.Relation.Phrasings.Index()
        where knows(fact, phrasing.Index)
        select (phrasing.Item.Replace("{}", fact.Subject), fact.Object));

    /// <summary>A model over the decoder, which knows what follows some prompts; the caller disposes.</summary>
    public static LanguageModel Model(IEnumerable<(string Prompt, string Object)> known)
    {
        var weights = OneWeight();
        var transformer = new CausalDecoder("Oracle", weights, new OracleStack(known, weights), hidden => hidden.alias());
        return new("oracle", "oracle", transformer, new Latin1Tokenizer());
    }

    /// <summary>The "embedding" of a token is its successor, one-hot; a single column continues the rows before it.</summary>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        var (rows, tokens) = ((int)ids.shape[0], (int)ids.shape[1]);
        var all = ids.data<long>().ToArray();
        if (tokens > 1)
            _past = [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];
        var next = new long[rows * tokens];
        for (var i = 0; i < next.Length; i++)
        {
            _past[i / tokens].Add((int)all[i]);
            next[i] = Next(_tokenizer.Decode(_past[i / tokens]));
        }

        return nn.functional.one_hot(tensor(next, rows, tokens), Shape.Vocabulary).to(float32);
    }

    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null) => hidden;

    protected override string DownProjection => "";

    protected override string InBlock(int layer, string name) => "weight";

    private static WeightTable OneWeight()
    {
        var table = new WeightTable();
        table.Add(new ModelWeight("weight", zeros(1, 1), false));
        return table;
    }

    private void Learn(string prompt, string answer)
    {
        for (var t = 0; t < answer.Length; t++)
            _next[prompt + answer[..t]] = answer[t];
    }

    private int Next(string text)
    {
        var start = text.LastIndexOf(SentenceEnd, StringComparison.Ordinal);
        var sentence = start < 0 ? text : text[(start + SentenceEnd.Length)..];
        return _next.TryGetValue(sentence, out var next) ? next : _tokenizer.EndOfText;
    }
}
