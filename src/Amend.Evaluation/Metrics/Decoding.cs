namespace Amend.Evaluation.Metrics;

/// <summary>How a metric gets the model's answer; figures of different decodings must not be compared.</summary>
public enum Decoding
{
    /// <summary>The target is given, and every place sees the true tokens before it.</summary>
    TeacherForced,

    /// <summary>The model writes freely, always the likeliest token.</summary>
    Greedy,

    /// <summary>The model writes freely, sampling with a seed.</summary>
    Sampled,
}
