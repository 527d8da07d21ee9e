using Amend.Editing.Subjects;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// The sequences from which ROME reads and optimises: the filled prompt in each context template with the target's tokens
/// behind it, and the essence prompt, "{subject} is a", as the last row.
/// </summary>
internal sealed class RewriteBatch
{
    private const string EssenceTemplate = "{} is a";

    private RewriteBatch(IReadOnlyList<IReadOnlyList<int>> rows, int[] lookup, int[] promptLengths, int[] target)
    {
        Rows = rows;
        Lookup = lookup;
        PromptLengths = promptLengths;
        Target = target;
    }

    /// <summary>Token ids of each row: prompts with all but the last target token; the essence prompt last.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Rows { get; }

    /// <summary>The lookup token of each row.</summary>
    public int[] Lookup { get; }

    /// <summary>The number of prompt tokens of each row.</summary>
    public int[] PromptLengths { get; }

    /// <summary>The target's token ids.</summary>
    public int[] Target { get; }

    /// <summary>The number of rewriting prompts; the essence prompt is the row after them.</summary>
    public int Prompts => Rows.Count - 1;

    /// <summary>Tokenizes a request.</summary>
    /// <exception cref="AmendException">A row exceeds the model's context, or its subject has no token.</exception>
    public static RewriteBatch Create(LanguageModel model, EditRequest request, ContextTemplates templates, LookupToken lookup)
    {
        var tokenizer = model.Tokenizer;
        int[] target = [.. tokenizer.EncodeContinuation(TargetSequence.WithSpace(request.TargetNew)).Ids];
        var prompts = templates.Texts
            .Select(template => SubjectLocator.Find(tokenizer, template.Replace("{}", request.Prompt, StringComparison.Ordinal), request.Subject, lookup))
            .ToArray();
        // The essence prompt is always read at the subject, also where the fact is written elsewhere.
        var essence = SubjectLocator.Find(tokenizer, EssenceTemplate, request.Subject);
        IReadOnlyList<IReadOnlyList<int>> rows =
            [.. prompts.Select(p => (IReadOnlyList<int>)[.. p.Text.Ids, .. target[..^1]]), essence.Text.Ids];
        model.CheckLength(rows.Max(row => row.Count));
        return new RewriteBatch(
            rows,
            [.. prompts.Select(p => p.Token), essence.Token],
            [.. prompts.Select(p => p.Text.Ids.Count), essence.Text.Ids.Count],
            target);
    }
}
