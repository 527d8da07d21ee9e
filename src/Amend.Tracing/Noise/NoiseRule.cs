using System.Globalization;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Tracing.Noise;

/// <summary>
/// How strong the noise on a subject's embeddings is: a fixed level, or a multiple of the embeddings' own deviation (the rule
/// <c>s3</c> of kmeng01/rome).
/// </summary>
/// <param name="Distribution">What it is drawn from.</param>
/// <param name="Amount">The level, or how many standard deviations.</param>
/// <param name="IsMultiple">Whether the amount counts standard deviations of subjects' embeddings.</param>
/// <param name="Replace">Whether the noise takes the embeddings' place instead of being added to them.</param>
public sealed record NoiseRule(NoiseDistribution Distribution, double Amount, bool IsMultiple = false, bool Replace = false)
{
    /// <summary>Three standard deviations of the subjects' embeddings, the paper's rule.</summary>
    public static NoiseRule ThreeDeviations { get; } = new(NoiseDistribution.Gaussian, 3, IsMultiple: true);

    /// <summary>Reads a rule: <c>3s</c> (or <c>s3</c>), <c>0.1</c>, or <c>u0.1</c> for uniform noise.</summary>
    /// <exception cref="AmendException">The text is none of them.</exception>
    public static NoiseRule Parse(string text, bool replace = false)
    {
        var isUniform = text.StartsWith('u');
        var rest = isUniform ? text[1..] : text;
        var isMultiple = rest.Length > 1 && (rest[0] == 's' || rest[^1] == 's');
        var number = isMultiple ? rest.Trim('s') : rest;
        if (!double.TryParse(
                number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var amount)
            || !double.IsFinite(amount))
            throw new AmendException(
                $"The noise '{text}' is no rule; give 3s (three deviations of subjects' embeddings), a level such as 0.1, "
                + "or u0.1 for uniform noise.");
        return new NoiseRule(isUniform ? NoiseDistribution.Uniform : NoiseDistribution.Gaussian, amount, isMultiple, replace);
    }

    /// <summary>The level of the rule for a model and subjects.</summary>
    /// <param name="model">The model.</param>
    /// <param name="subjects">The subjects whose embeddings give the deviation; not read by a fixed level.</param>
    /// <exception cref="AmendException">The rule needs subjects and there is none.</exception>
    public NoiseLevel LevelFor(LanguageModel model, IEnumerable<string> subjects) =>
        new(this, IsMultiple ? Amount * EmbeddingSpread.Of(model, subjects) : Amount);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Distribution == NoiseDistribution.Uniform ? "u" : "")}{Amount}{(IsMultiple ? "s" : "")}");
}

/// <summary>A rule with the level that it gave.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Level">The standard deviation of Gaussian noise, or the bound of uniform noise.</param>
public sealed record NoiseLevel(NoiseRule Rule, double Level)
{
    /// <summary>A fixed level of Gaussian noise.</summary>
    public static NoiseLevel Fixed(double level) => new(new NoiseRule(NoiseDistribution.Gaussian, level), level);
}

/// <summary>What the noise is drawn from.</summary>
public enum NoiseDistribution
{
    /// <summary>A normal distribution whose standard deviation is the level.</summary>
    Gaussian,

    /// <summary>A uniform distribution from minus to plus the level.</summary>
    Uniform,
}
