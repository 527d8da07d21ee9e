using System.Text.Json;
using Amend.Tensors.Files;

namespace Amend.Models.Sources;

/// <summary>Configuration and weights of a model, open; owns both.</summary>
/// <param name="configuration">What the model is.</param>
/// <param name="origin">Where the configuration is from, for messages.</param>
/// <param name="checkpoint">The weights.</param>
public sealed class ModelParts(JsonDocument configuration, string origin, Checkpoint checkpoint) : IDisposable
{
    /// <summary>The configuration's root, with the keys of Hugging Face's <c>config.json</c>.</summary>
    public JsonElement Configuration => configuration.RootElement;

    /// <summary>Where the configuration is from.</summary>
    public string Origin => origin;

    /// <summary>The open weights.</summary>
    public Checkpoint Checkpoint => checkpoint;

    /// <summary>The ids that end what the model generates.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>What was found that is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        checkpoint.Dispose();
        configuration.Dispose();
    }
}
