using Amend.Editing.Batches;
using Amend.Editing.Codebooks;
using Amend.Editing.TokenCodebooks;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Sessions;

/// <summary>A codebook's keys, and what of each prompt is compared with them; its tensors are in the caller's dispose scope.</summary>
/// <param name="Distance">How distances are measured.</param>
/// <param name="Keys">The keys, <c>[K,F]</c>.</param>
/// <param name="Entries">The entry of each key.</param>
/// <param name="Prompts">The prompts but those that have nothing to compare.</param>
internal sealed record CodebookReading(
    KeyDistance Distance, Tensor Keys, IReadOnlyList<ReadKey> Entries, IReadOnlyList<ReadPrompt> Prompts)
{
    /// <summary>Reads the codebook of a layer.</summary>
    /// <exception cref="AmendException">The layer has no codebook, or a prompt or target is none of the model's.</exception>
    public static CodebookReading Of(EditSession session, string weight, IReadOnlyList<PromptToMap> prompts) =>
        session.Model.Applied.AdaptorOn(weight) switch
        {
            Codebook book => OfPromptEnds(session, weight, book, prompts),
            TokenCodebook book => OfTokens(session, weight, book, prompts),
            _ => throw new AmendException(
                $"'{weight}' has no codebook in force, which was to be drawn; give an edit of one that is applied."),
        };

    /// <summary>Of GRACE's codebook the input of the layer at the prompt's end.</summary>
    private static CodebookReading OfPromptEnds(
        EditSession session, string weight, Codebook book, IReadOnlyList<PromptToMap> prompts)
    {
        var events = session.Model.Applied.EffectsOf<CodebookEffect>(weight);
        Tensor[] reads = [.. prompts.Select(prompt => PromptEnd(session, weight, prompt))];
        var found = reads.Length == 0 ? [] : book.Find(stack(reads));
        return new CodebookReading(
            book.Distance,
            book.Keys,
            [
                .. from entry in book.Entries.Index()
                   let edit = events[entry.Item.Events[^1]].Edit
                   select new ReadKey(entry.Index + 1, edit, LabelOf(session, edit), entry.Item.Radius),
            ],
            [.. prompts.Index().Select(one => Found(one.Item, reads[one.Index], found[one.Index]))]);

        static ReadPrompt Found(PromptToMap prompt, Tensor read, NearestEntry near) =>
            new(prompt, read, near.Entry + 1, near.Distance, near.Fires);
    }

    /// <summary>Of a codebook at tokens the token that comes nearest to firing.</summary>
    private static CodebookReading OfTokens(
        EditSession session, string weight, TokenCodebook book, IReadOnlyList<PromptToMap> prompts)
    {
        var effects = session.Model.Applied.EffectsOf<TokenCodebookEffect>(weight);
        using var view = session.Model.View().Adapt(weight, null);
        return new CodebookReading(
            book.Distance,
            book.Keys,
            [
                .. from key in book.EntriesOfKeys
                   let effect = effects[key.Entry]
                   select new ReadKey(key.Entry + 1, effect.Edit, effect.Effect.Subject, key.Radius),
            ],
            [.. prompts.Select(OfPrompt).OfType<ReadPrompt>()]);

        ReadPrompt? OfPrompt(PromptToMap prompt)
        {
            var states_TF = TokenStates.Read(session.Model, prompt.Text, book.SiteOfKeys);
            return book.Find(states_TF) is { } found
                ? new ReadPrompt(prompt, found.Token is { } token ? states_TF[token] : null, found.Entry + 1, found.Distance, found.Fires)
                : null;
        }
    }

    private static Tensor PromptEnd(EditSession session, string weight, PromptToMap prompt)
    {
        using var scope = NewDisposeScope();
        using var batch = TargetBatch.Create(session.Model, [(prompt.Text, prompt.Target)]);
        using var read = PromptEndReading.Take(session.Model, batch, weight);
        return read.Key.clone().MoveToOuterDisposeScope();
    }

    private static string LabelOf(EditSession session, string edit)
    {
        using var loaded = session.Store.Load(edit);
        return loaded.Record.Request.TargetNew;
    }
}

/// <summary>What a key belongs to.</summary>
/// <param name="Entry">The number of its entry, from 1.</param>
/// <param name="Edit">The id of the edit.</param>
/// <param name="Label">What the entry answers, or the subject that it is of.</param>
/// <param name="Radius">The radius.</param>
internal sealed record ReadKey(int Entry, string Edit, string Label, double Radius);

/// <summary>What of a prompt is compared with keys, and what comes of it.</summary>
/// <param name="Asked">The prompt.</param>
/// <param name="State">It, <c>[F]</c>; null where it is a text's first token, which is compared with keys of its own.</param>
/// <param name="Nearest">The number of the nearest entry, from 1.</param>
/// <param name="Distance">The distance to its key.</param>
/// <param name="Fires">Whether it fires.</param>
internal sealed record ReadPrompt(PromptToMap Asked, Tensor? State, int Nearest, double Distance, bool Fires);
