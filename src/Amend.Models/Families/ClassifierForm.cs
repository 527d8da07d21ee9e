using Amend.Models.Layers;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A classifier's head by the names of its parameters: what a checkpoint must hold, and the layers over it.</summary>
/// <param name="Dense">The first map.</param>
/// <param name="Activation">The function behind it.</param>
/// <param name="Out">The second map, to the labels.</param>
/// <param name="Width">The width of what is read, D.</param>
internal sealed record ClassifierForm(string Dense, Func<Tensor, Tensor> Activation, string Out, long Width)
{
    /// <summary>Whether the first map has a bias.</summary>
    public bool HasDenseBias { get; init; } = true;

    /// <summary>The norm between function and second map; none when null.</summary>
    public NormForm? Norm { get; init; }

    /// <summary>Whether the mean of the tokens' states is read in place of the first one's.</summary>
    public bool ReadsMean { get; init; }

    /// <summary>The parameters, in order.</summary>
    public IEnumerable<WeightSpec> Weights(int labels) =>
    [
        .. WeightSpec.Linear(Dense, Width, Width, HasDenseBias),
        .. Norm?.Weights(Width) ?? [],
        .. WeightSpec.Linear(Out, labels, Width, bias: true),
    ];

    /// <summary>Whether a parameter can come from a checkpoint that has another head, as a pretrained pooler does.</summary>
    public bool CanBePretrained(WeightSpec spec) => !spec.Name.StartsWith($"{Out}.", StringComparison.Ordinal);

    /// <summary>The head over a table.</summary>
    public ClassificationHead Over(WeightTable weights) => new(Linear.From(weights, Dense), Activation, Linear.From(weights, Out))
    {
        Norm = Norm?.Over(weights),
        ReadsMean = ReadsMean,
    };
}

/// <summary>A layer norm by the name of its parameters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="HasBias">Whether it has a bias.</param>
internal sealed record NormForm(string Name, double Epsilon, bool HasBias = true)
{
    /// <summary>The parameters of the norm of a width.</summary>
    public IEnumerable<WeightSpec> Weights(long width) => WeightSpec.LayerNorm(Name, width, HasBias);

    /// <summary>The norm over a table.</summary>
    public LayerNorm Over(WeightTable weights) => LayerNorm.From(weights, Name, Epsilon);
}
