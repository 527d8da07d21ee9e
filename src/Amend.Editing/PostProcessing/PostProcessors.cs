using System.Globalization;
using Amend.Models;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>A sequence of post-processors, such as <c>rect:0.4,norm-anchor</c>, as the setting <c>post</c> of an editor names it.</summary>
internal sealed class PostProcessors
{
    private readonly IReadOnlyList<PostProcessor> _steps;

    private PostProcessors(IReadOnlyList<PostProcessor> steps) => _steps = steps;

    /// <summary>No processing.</summary>
    public static PostProcessors None { get; } = new([]);

    /// <summary>Reads a setting: names with numbers, between commas; nothing for no processing.</summary>
    /// <exception cref="AmendException">A name is unknown, or its number is none or out of range.</exception>
    public static PostProcessors Parse(string setting) =>
        string.IsNullOrWhiteSpace(setting) ? None : new PostProcessors([.. setting.Split(',').Select(step => One(step.Trim()))]);

    /// <summary>The changes of values after processing, <c>[N,D]</c>, in the caller's dispose scope.</summary>
    /// <param name="original_ND">The values before the edit, float32.</param>
    /// <param name="delta_ND">The optimised changes of them, float32.</param>
    public Tensor Delta(Tensor original_ND, Tensor delta_ND)
    {
        using var none = no_grad();
        return _steps.Count == 0
            ? delta_ND
            : _steps.Aggregate(original_ND + delta_ND, (value, step) => step.Value(original_ND, value)) - original_ND;
    }

    /// <summary>Puts what comes out of processing in the updates' place.</summary>
    /// <param name="model">The model, not yet updated.</param>
    /// <param name="updates">The update of each weight.</param>
    /// <param name="pace">Told of each weight.</param>
    public void Update(LanguageModel model, DeltaSet updates, EditPace pace)
    {
        if (_steps.Count == 0)
            return;
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (i, name) in updates.Deltas.Keys.ToList().Index())
        {
            pace.Report("post-processing", i, updates.Deltas.Count);
            var site = new UpdatedWeight(model.Applied.BaseOf(name), model.Weights[name].Value);
            foreach (var step in _steps.Where(_ => site.Base.dim() == 2)) // A bias has no directions.
            {
                if (step.Update(site, updates[name]) is { } update)
                    updates.Replace(name, update);
            }
        }
    }

    private static PostProcessor One(string step)
    {
        var (name, text) = step.Split(':', 2) is [var before, var after] ? (before, after) : (step, null);
        var known = BuiltInPostProcessors.All.Find(name);
        if (text is null)
            return known.Create(known.Default);
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!isNumber || !(number >= known.Least && number <= known.Most))
        {
            throw new AmendException(FormattableString.Invariant(
                $"The post-processor '{step}' has not a number from {known.Least} to {known.Most}; write it as {name}:{known.Default}."));
        }

        return known.Create(number);
    }
}
