using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Editing.KeyValue;

/// <summary>
/// The sequences from which values are optimised, for one request or many: each has its filled prompt in every context template
/// with the target's tokens behind it, and then its essence prompt, "{subject} is a".
/// </summary>
internal sealed class RewriteBatch
{
    private const string EssenceTemplate = "{} is a";

    private RewriteBatch(IReadOnlyList<IReadOnlyList<int>> rows, int[] lookup, int[] promptLengths, int[][] targets)
    {
        Rows = rows;
        Lookup = lookup;
        PromptLengths = promptLengths;
        Targets = targets;
    }

    /// <summary>Token ids of each row: a request's prompts with all but the last target token, then its essence prompt.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Rows { get; }

    /// <summary>The lookup token of each row.</summary>
    public int[] Lookup { get; }

    /// <summary>The number of prompt tokens of each row.</summary>
    public int[] PromptLengths { get; }

    /// <summary>The target's token ids of each request.</summary>
    public int[][] Targets { get; }

    /// <summary>The number of requests.</summary>
    public int Requests => Targets.Length;

    /// <summary>The number of rewriting prompts of each request; its essence prompt is the row after them.</summary>
    public int Prompts => RowsEach - 1;

    /// <summary>The number of rows of each request.</summary>
    public int RowsEach => Rows.Count / Requests;

    /// <summary>The rows that are rewriting prompts, request by request.</summary>
    public IEnumerable<int> PromptRows => Enumerable.Range(0, Rows.Count).Where(row => row % RowsEach < Prompts);

    /// <summary>Tokenizes a request.</summary>
    /// <exception cref="AmendException">A row exceeds the model's context, or its subject has no token.</exception>
    public static RewriteBatch Create(LanguageModel model, EditRequest request, ContextTemplates templates, LookupToken lookup) =>
        Create(model, [request], templates, lookup);

    /// <summary>Tokenizes requests.</summary>
    /// <exception cref="AmendException">A row exceeds the model's context, or its subject has no token.</exception>
    public static RewriteBatch Create(
        LanguageModel model, IReadOnlyList<EditRequest> requests, ContextTemplates templates, LookupToken lookup)
    {
        var (rows, lookups, lengths, targets) = (new List<IReadOnlyList<int>>(), new List<int>(), new List<int>(), new List<int[]>());
        foreach (var request in requests)
        {
            int[] target = [.. model.Tokenizer.EncodeContinuation(TargetSequence.Behind(request.FilledPrompt, request.TargetNew)).Ids];
            targets.Add(target);
            foreach (var template in templates.Texts)
                Add(request.ToSubjectPrompt().In(template).FindToken(model.Tokenizer, lookup), target[..^1]);
            // The essence prompt is always read at the subject, also where the fact is written elsewhere.
            Add(new SubjectPrompt(EssenceTemplate, request.ToSubjectPrompt().Subject).FindToken(model.Tokenizer), []);
        }

        model.CheckLength(rows.Max(row => row.Count));
        return new RewriteBatch(rows, [.. lookups], [.. lengths], [.. targets]);

        void Add((Models.Tokenizers.TokenizedText Text, int Token) prompt, int[] behind)
        {
            rows.Add([.. prompt.Text.Ids, .. behind]);
            lookups.Add(prompt.Token);
            lengths.Add(prompt.Text.Ids.Count);
        }
    }

    /// <summary>The rows of some of the requests, in the order given.</summary>
    public IEnumerable<int> RowsOf(IEnumerable<int> requests) =>
        requests.SelectMany(request => Enumerable.Range(request * RowsEach, RowsEach));

    /// <summary>The batch of some of the requests alone.</summary>
    /// <param name="requests">Their places in this batch, at least one.</param>
    public RewriteBatch Only(IReadOnlyList<int> requests)
    {
        int[] rows = [.. RowsOf(requests)];
        return new RewriteBatch(
            [.. rows.Select(row => Rows[row])],
            [.. rows.Select(row => Lookup[row])],
            [.. rows.Select(row => PromptLengths[row])],
            [.. requests.Select(request => Targets[request])]);
    }
}
