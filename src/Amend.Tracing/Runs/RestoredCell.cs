using Amend.Models;
using Amend.Models.Taps;
using Amend.Tracing.Noise;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>The runs of one cell of a map, each a whole pass: what the model says clean, corrupted, and with the cell restored.</summary>
/// <param name="model">The model.</param>
/// <param name="fact">The fact.</param>
/// <param name="noise">The noise of all samples.</param>
internal sealed class RestoredCell(LanguageModel model, FactTokens fact, SubjectNoise noise)
{
    /// <summary>
    /// The probability of each token at the answer's first place, the mean over the samples, <c>[V]</c>; the caller disposes.
    /// </summary>
    /// <param name="run">What is restored at each layer, or null there; null for the clean run.</param>
    /// <param name="token">The restored token.</param>
    public Tensor Probabilities(IReadOnlyList<Restoration?>? run, int token)
    {
        using var scope = NewDisposeScope();
        if (run is null)
        {
            using var clean = RecordedPass.Run(model, fact, []);
            return Read(clean.Before(model.Shape.Layers)).MoveToOuterDisposeScope();
        }

        SiteKind[] SitesOf(bool isClean) => [.. run.OfType<Restoration>().Where(one => one.IsClean == isClean)
            .Select(one => one.Site).Where(site => site != SiteKind.BlockOut).Distinct()];
        using var source = RecordedPass.Run(model, fact, SitesOf(isClean: true));
        using var frozen = RecordedPass.Run(model, fact, SitesOf(isClean: false), noise.Values, noise.Replace);
        using var trace = model.Trace();
        foreach (var (layer, restoration) in run.Index().Where(at => at.Item is not null))
        {
            var taken = restoration!.Value;
            var from = (taken.IsClean ? source : frozen).Output(taken.Site, layer).select(1, token);
            trace.Replace(new Site(taken.Site, layer), value => Put(value, from, token));
        }

        using var restored = RecordedPass.Run(model, fact, [], noise.Values, noise.Replace);
        return Read(restored.Before(model.Shape.Layers)).MoveToOuterDisposeScope();
    }

    private Tensor Read(Tensor hidden_BND)
    {
        var logits_BV = model.RequireDecoder("Tracing").Unembed(hidden_BND.narrow(1, fact.ReadFrom, 1)).select(1, 0).to(float32);
        model.RequireNumbers(logits_BV);
        return nn.functional.softmax(logits_BV, 1).mean([0]);
    }

    private static Tensor Put(Tensor value, Tensor from, int token)
    {
        var changed = value.clone();
        changed.select(1, token).copy_(from.expand_as(changed.select(1, token)));
        return changed;
    }
}
