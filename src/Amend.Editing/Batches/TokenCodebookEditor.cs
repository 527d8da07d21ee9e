using Amend.Editing.Templates;
using Amend.Editing.TokenCodebooks;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// An editor whose edits are entries of a codebook at tokens: keys are read at the lookup token of each request, values are optimised for
/// all of them together with the edits before in force, and no weight is changed.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class TokenCodebookEditor<TOptions> : Editor<TOptions>
    where TOptions : TokenCodebookOptions, new()
{
    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    private protected TokenCodebookEditor(TOptions? options)
        : base(options)
    {
    }

    private protected override void Require(LanguageModel model, TOptions options)
    {
        if (!model.RequireDecoder(Name).AddsMlpOutToStream)
        {
            throw new AmendException(
                $"The editor {Name} adds values to the residual stream, and '{model.Name}' has a norm between its MLPs and the stream; "
                + "use another editor.");
        }

        if (model.Applied.AdaptorOn(Weight(model, options)) is not (null or TokenCodebook))
        {
            throw new AmendException(
                $"An entry of a codebook at tokens was asked for '{Weight(model, options)}', which has the adaptor of another editor; take "
                + "its edits back first, or use another layer.");
        }
    }

    private protected override ContextTemplates Templates(EditTask task, TOptions options) =>
        TemplatesOf(task.Context, () => ContextTemplateSampler.Sample(
            task.Model, options.ContextTemplateStarts, options.ContextTemplateLength, task.Context.Seed));

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options) =>
        options.LoadOfValues(requests.Count, weights: [], copies: 0, squares: 0);

    private protected override Solution Solve(EditTask task, TOptions options, DeltaSet deltas)
    {
        var values = BatchValues.Optimize(task.Model, task.Requests, task.Templates, options, task.Pace);
        var weight = Weight(task.Model, options);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var view = task.Model.View().Adapt(weight, null);
        var keys_NKF = KeysOf(task, options);
        var background = options.LengthOfBackground == 0
            ? []
            : BackgroundTexts.Write(task.Model, options.Rules.SiteOfKeys, options.LengthOfBackground, task.Context.Seed);
        foreach (var (i, request) in task.Requests.Index())
        {
            var subject = request.Subject!.Trim();
            var isFirst = new bool[keys_NKF.shape[1]];
            isFirst[0] = options.HasKeyOfBarePrompt && IsFirst(task.Model, request, options);
            var keys = keys_NKF[i].cpu();
            var rules = options.Rules;
            foreach (var text in background.Where(text => !text.Text.Contains(subject, StringComparison.OrdinalIgnoreCase)))
            {
                for (var key = 0; key < isFirst.Length; key++)
                {
                    if (!isFirst[key])
                        rules = rules with { Radius = Math.Min(rules.Radius, options.ShareOfBackground * text.NearestTo(keys[key])) };
                }
            }

            deltas.Add(new TokenCodebookEffect(weight, subject, keys, isFirst, values.Delta[i], rules));
        }

        return new Solution(options.Layers) { Losses = values.MeanLosses, Converged = values.Converged.All(reached => reached) };
    }

    /// <summary>
    /// The keys of each request, <c>[N,K,F]</c>: what stands at its lookup token, as it is without the codebook, in the bare prompt and on
    /// the mean over the other templates, or on the mean over all.
    /// </summary>
    private static Tensor KeysOf(EditTask task, TOptions options)
    {
        var lookups = new LookupPass(task.Model, task.Requests, task.Templates, options.FactToken, options.ZBatchSize) { Pace = task.Pace };
        var keys_NRF = lookups.ByTemplate(options.Rules.SiteOfKeys);
        return options.HasKeyOfBarePrompt && keys_NRF.shape[1] > 1
            ? cat([keys_NRF.narrow(1, 0, 1), keys_NRF.narrow(1, 1, keys_NRF.shape[1] - 1).mean([1], keepdim: true)], 1)
            : keys_NRF.mean([1], keepdim: true);
    }

    private static bool IsFirst(LanguageModel model, EditRequest request, TOptions options) =>
        request.ToSubjectPrompt().FindToken(model.Tokenizer, options.FactToken).Token == 0;

    private static string Weight(LanguageModel model, TOptions options) => model.Transformer.DownProjection(options.Layers[0]).Name;
}
