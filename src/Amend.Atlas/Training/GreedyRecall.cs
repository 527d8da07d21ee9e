using Amend.Models;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>
/// Whether the greedy continuation of a prompt is exactly an object and ends there. Scored in one pass with the object
/// appended, which gives the same tokens as greedy generation as long as every one of them is right.
/// </summary>
internal sealed class GreedyRecall
{
    private const int BatchSize = 64;
    private readonly LanguageModel _model;
    private readonly bool[] _continuesWord;

    public GreedyRecall(LanguageModel model)
    {
        _model = model;
        _continuesWord = [.. Enumerable.Range(0, model.Shape.Vocabulary).Select(id => ContinuesWord(model, id))];
    }

    /// <summary>Whether each prompt's greedy continuation is exactly the object.</summary>
    public bool[] Recalls(IReadOnlyList<(string Prompt, string Object)> questions)
    {
        var right = new bool[questions.Count];
        var order = Enumerable.Range(0, questions.Count).OrderBy(i => questions[i].Prompt.Length).ToArray();
        foreach (var chunk in order.Chunk(BatchSize))
        {
            var results = Score([.. chunk.Select(i => questions[i])]);
            for (var i = 0; i < chunk.Length; i++)
                right[chunk[i]] = results[i];
        }

        return right;
    }

    private bool[] Score((string Prompt, string Object)[] questions)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var prompts = questions.Select(q => _model.Tokenizer.Encode(q.Prompt).Ids).ToArray();
        var objects = questions.Select(q => _model.Tokenizer.Encode(" " + q.Object).Ids).ToArray();
        var batch = TokenBatch.Pad(
            [.. prompts.Zip(objects, (p, o) => (IReadOnlyList<int>)[.. p, .. o])], _model.Tokenizer.EndOfText, _model.Device);
        var width = (int)batch.Ids.shape[1];
        var best = _model.Logits(batch).argmax(-1).cpu().data<long>().ToArray();
        return [.. questions.Select((_, row) =>
        {
            var from = row * width + prompts[row].Count - 1;
            var isObject = Enumerable.Range(0, objects[row].Count).All(t => best[from + t] == objects[row][t]);
            return isObject && !_continuesWord[best[from + objects[row].Count]];
        })];
    }

    /// <summary>Whether a token begins in the middle of a word, so that the object before it would be the start of another word.</summary>
    private static bool ContinuesWord(LanguageModel model, int id) =>
        model.Tokenizer.Decode([id]) is { Length: > 0 } text && char.IsLetterOrDigit(text[0]);
}
