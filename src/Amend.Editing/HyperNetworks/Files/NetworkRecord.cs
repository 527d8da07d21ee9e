using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Tensors.Files;

namespace Amend.Editing.HyperNetworks.Files;

/// <summary>Everything about a trained network but its tensors and its curve. As a file: docs/formats/network.md.</summary>
public sealed record NetworkRecord
{
    /// <summary>The editor that uses it.</summary>
    public required string Editor { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The family's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The hash of the weights that it was trained for, see <see cref="Amend.Models.LanguageModel.CheckpointHash"/>.</summary>
    public required string BaseWeightsHash { get; init; }

    /// <summary>What it was trained on.</summary>
    public required NetworkDataNote Data { get; init; }

    /// <summary>Every setting of the training, by its name.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The layers whose weights it changes, in ascending order.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>The names in the checkpoint of the weights that it changes.</summary>
    public required IReadOnlyList<string> Weights { get; init; }

    /// <summary>The seed of everything drawn.</summary>
    public required int Seed { get; init; }

    /// <summary>The steps that were made.</summary>
    public required int Steps { get; init; }

    /// <summary>The step whose tensors were kept: the best by the figure that was watched, else the last.</summary>
    public required int KeptStep { get; init; }

    /// <summary>The figures of validation of the tensors that were kept.</summary>
    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    /// <summary>SHA-256 of the tensors, as a safetensors file without metadata would hold them.</summary>
    public required string TensorsHash { get; init; }

    /// <summary>Seconds that the training took, without pauses between its parts.</summary>
    public required double Seconds { get; init; }

    /// <summary>The library's version.</summary>
    public required string Version { get; init; }

    /// <summary>When the training ended, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// The network's name: the editor's, and 12 digits of the hash of what it was made from. Known before the training, and the same
    /// where it is trained again from the same.
    /// </summary>
    [JsonIgnore]
    public string Id => IdOf(Editor, BaseWeightsHash, Data.Hash, Settings, Seed);

    /// <summary>Whether its training had settings.</summary>
    /// <param name="settings">Settings by their names.</param>
    internal bool IsTrainedWith(JsonObject settings) =>
        settings.All(setting => Settings.TryGetPropertyValue(setting.Key, out var value) && JsonNode.DeepEquals(value, setting.Value));

    /// <summary>The id of a network of an editor, for weights, on data, with settings and a seed.</summary>
    internal static string IdOf(string editor, string weights, string data, JsonObject settings, int seed) =>
        $"{editor}-{ContentHash.Short(ContentHash.Of($"{editor}\n{weights}\n{data}\n{settings.ToJsonString()}\n{seed}"))}";
}

/// <summary>What a network was trained on.</summary>
/// <param name="Source">Where the data is from, such as <c>fever:train.jsonl</c>.</param>
/// <param name="Hash">SHA-256 of the requests.</param>
/// <param name="Train">Requests that were learned from.</param>
/// <param name="Validation">Requests that figures were measured on.</param>
public sealed record NetworkDataNote(string Source, string Hash, int Train, int Validation)
{
    /// <summary>How validation was parted from training; null where it was given.</summary>
    public DataSplit? Split { get; init; }
}

/// <summary>How requests of one source are parted into training and validation.</summary>
/// <param name="Seed">The seed of the drawing.</param>
/// <param name="Share">The share of the prompts that goes to validation.</param>
public sealed record DataSplit(int Seed, double Share);
