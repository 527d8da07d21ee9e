using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Workbench;

namespace Amend.Editing.HyperNetworks;

/// <summary>Settings of every editor that uses a trained network.</summary>
public abstract record NetworkEditorOptions : EditorOptions
{
    /// <summary>None by default, and no setting: a network changes the layers that it was trained for.</summary>
    [JsonIgnore]
    public sealed override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// The network: an id or its beginning, a shipped file's name, or a file's path; by default, null, the one of the model's weights,
    /// see <see cref="NetworkStore.Find"/>.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>Settings that the network's training had, where several are there; none by default, and no setting itself.</summary>
    [JsonIgnore]
    internal virtual JsonObject TrainedWith => [];

    /// <summary>The network that was found; null before it is looked for, by default.</summary>
    [JsonIgnore]
    internal NetworkFile? Found { get; init; }

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers) => problems.Require(
        Layers.Count == 0,
        $"layer {string.Join(", ", Layers)} was asked, and a network changes the layers that it was trained for, so leave --layer out");
}
