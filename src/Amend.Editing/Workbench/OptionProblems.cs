using System.Globalization;
using Amend.Editing.KeyValue;
using Amend.Tensors;

namespace Amend.Editing.Workbench;

/// <summary>Collects what is wrong with an editor's options, so that all of it is said at once.</summary>
internal sealed class OptionProblems
{
    /// <summary>No learning rate is above it: a step of it would leave every weight and value behind.</summary>
    private const double MostRate = 1000;

    /// <summary>No factor or threshold is above it; float32 sums of more are no numbers soon.</summary>
    private const double MostNumber = 1e9;

    private const int MostCount = 1_000_000;
    private readonly List<string> _found = [];

    /// <summary>Adds a problem; null for none.</summary>
    public void Add(string? problem)
    {
        if (problem is not null)
            _found.Add(problem);
    }

    /// <summary>Adds a problem unless something holds.</summary>
    public void Require(bool holds, string problem) => Add(holds ? null : problem);

    /// <summary>A whole number, at least some and at most a million.</summary>
    public void Count(string name, int value, int least = 1)
    {
        var range = value < least ? $"at least {least}" : $"at most {MostCount}";
        Require(value >= least && value <= MostCount, $"{name} is {Text(value)} and must be {range}");
    }

    /// <summary>A learning rate, above 0.</summary>
    public void Rate(string name, double value) => Number(name, value, value is > 0 and <= MostRate, "above 0", MostRate);

    /// <summary>A number above 0.</summary>
    public void Positive(string name, double value) => Number(name, value, value is > 0 and <= MostNumber, "above 0", MostNumber);

    /// <summary>A number above 0, or none.</summary>
    public void Positive(string name, double? value)
    {
        if (value is { } number)
            Number(name, number, number is > 0 and <= MostNumber, "above 0, or null for none", MostNumber);
    }

    /// <summary>A number that is 0 or more.</summary>
    public void NotNegative(string name, double value) => Number(name, value, value is >= 0 and <= MostNumber, "0 or more", MostNumber);

    /// <summary>A number of either sign.</summary>
    public void Finite(string name, double value) => Number(name, value, Math.Abs(value) <= MostNumber, "finite", MostNumber);

    /// <summary>A share, 0 or more and below 1.</summary>
    public void Share(string name, double value) => Number(name, value, value is >= 0 and < 1, "0 or more and below 1", 1);

    /// <summary>How a value is optimised.</summary>
    public void Values(IValueOptions options)
    {
        Count("v_num_grad_steps", options.VNumGradSteps);
        Rate("v_lr", options.VLr);
        Positive("v_step", options.VStep);
        NotNegative("v_weight_decay", options.VWeightDecay);
        Finite("v_loss_threshold", options.VLossThreshold);
        Positive("clamp_norm_factor", options.ClampNormFactor);
        NotNegative("kl_factor", options.KlFactor);
    }

    /// <summary>Pairs of a length and a number of context templates.</summary>
    public void TemplateLengths(string name, IReadOnlyList<IReadOnlyList<int>> pairs) => Require(
        pairs.All(pair => pair is [>= 2 and <= MostCount, >= 0 and <= 1000]),
        $"{name} must be pairs of a length of at least 2 and a number of at most 1000, such as [[5,10],[10,10]]");

    /// <summary>Refuses the options where a problem was found.</summary>
    /// <param name="editor">The editor's name.</param>
    /// <exception cref="AmendException">There is a problem; all are named.</exception>
    public void Refuse(string editor)
    {
        if (_found.Count > 0)
            throw new AmendException($"The editor {editor} cannot edit with these settings: {string.Join("; ", _found)}.");
    }

    /// <summary>Refuses a training's options where a problem was found.</summary>
    /// <param name="editor">The name of the editor whose network it trains.</param>
    /// <exception cref="AmendException">There is a problem; all are named.</exception>
    public void RefuseTraining(string editor)
    {
        if (_found.Count > 0)
            throw new AmendException($"A network of {editor} cannot be trained with these settings: {string.Join("; ", _found)}.");
    }

    private void Number(string name, double value, bool isInRange, string range, double most)
    {
        var bound = Math.Abs(value) > most ? $", at most {Text(most)}" : "";
        Require(isInRange, $"{name} is {Text(value)} and must be a number, {range}{bound}");
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
