using Amend.Atlas.Corpora;
using Amend.Models.Tokenizers;

namespace Amend.Atlas.Training;

/// <summary>A passage as the trainer packs it: ids, and for each token its part in a subject and in an object.</summary>
/// <param name="Ids">Token ids, T.</param>
/// <param name="SubjectEnds">For a token of a subject the index of that subject's last token, else -1.</param>
/// <param name="IsObject">Whether the token belongs to an object whose subject stands before it.</param>
internal sealed record TokenizedPassage(int[] Ids, int[] SubjectEnds, bool[] IsObject)
{
    /// <summary>Tokenizes a passage, as the start of a text or as the continuation of one (with a space in front).</summary>
    public static TokenizedPassage Encode(Passage passage, ITokenizer tokenizer, bool continues)
    {
        var shift = continues ? 1 : 0;
        var tokens = tokenizer.Encode(continues ? " " + passage.Text : passage.Text);
        var subjectEnds = new int[tokens.Ids.Count];
        var isObject = new bool[tokens.Ids.Count];
        Array.Fill(subjectEnds, -1);
        foreach (var (start, end) in passage.Subjects)
        {
            var last = tokens.LastTokenOf(start + shift, end + shift);
            for (var t = tokens.FirstTokenOf(start + shift, end + shift); t <= last; t++)
                subjectEnds[t] = last;
        }

        foreach (var (start, end) in passage.Objects)
        {
            for (var t = tokens.FirstTokenOf(start + shift, end + shift); t <= tokens.LastTokenOf(start + shift, end + shift); t++)
                isObject[t] = true;
        }

        return new TokenizedPassage([.. tokens.Ids], subjectEnds, isObject);
    }
}
