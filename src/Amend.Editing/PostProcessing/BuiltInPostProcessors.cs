using Amend.Tensors;

namespace Amend.Editing.PostProcessing;

/// <summary>The post-processors that this build knows, one line each.</summary>
internal static class BuiltInPostProcessors
{
    /// <summary>All of them.</summary>
    public static Registry<KnownPostProcessor> All { get; } = new("post-processor", known => known.Name,
    [
        new("rect", Default: 0.4, Least: 0, Most: 1, kept => new Rect(kept)),
        new("prune", Default: 1.2, Least: 1.0001, Most: 1000, logBase => new Prune(logBase)),
        new("norm-anchor", Default: 1, Least: 0.01, Most: 100, factor => new NormAnchor(factor)),
        new("sphere", Default: 0.5, Least: 0, Most: 1, suppression => new Sphere(suppression)),
    ]);
}

/// <summary>A post-processor by its name, with its number.</summary>
/// <param name="Name">What the setting <c>post</c> calls it.</param>
/// <param name="Default">Its number where none is given.</param>
/// <param name="Least">The least number.</param>
/// <param name="Most">The greatest number.</param>
/// <param name="Create">Makes it from its number.</param>
internal sealed record KnownPostProcessor(string Name, double Default, double Least, double Most, Func<double, PostProcessor> Create);
