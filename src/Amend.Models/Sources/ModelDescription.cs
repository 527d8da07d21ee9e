using System.Text.Json;

namespace Amend.Models.Sources;

/// <summary>What a source says of its model beside the weights; owns the configuration.</summary>
/// <param name="configuration">What the model is.</param>
/// <param name="origin">Where the configuration is from, for messages.</param>
public sealed class ModelDescription(JsonDocument configuration, string origin) : IDisposable
{
    /// <summary>The configuration's root, with the keys of Hugging Face's <c>config.json</c>.</summary>
    public JsonElement Configuration => configuration.RootElement;

    /// <summary>Where the configuration is from.</summary>
    public string Origin => origin;

    /// <summary>The ids that end what the model generates.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>What was found that is worth knowing, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What the source leaves unsaid and is taken from what is known of such models, a sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <inheritdoc/>
    public void Dispose() => configuration.Dispose();
}
