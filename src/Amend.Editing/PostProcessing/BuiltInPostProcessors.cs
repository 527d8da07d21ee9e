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
