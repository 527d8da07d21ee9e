using System.Text.Json.Nodes;
using Amend.Editing.HyperNetworks.Files;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors.Optimization;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// A kind of network that editors use: how it is made, read, and trained. One derives from <see cref="NetworkKind{TOptions}"/>.
/// </summary>
internal interface INetworkKind
{
    /// <summary>The editor that uses it, such as <c>mend</c>.</summary>
    string Editor { get; }

    /// <summary>The kinds of model that it is trained for.</summary>
    ModelKinds Kinds { get; }

    /// <summary>The settings of a training: the preset for the model, else the defaults, with others put over them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">Settings as text, by their names in snake_case.</param>
    /// <exception cref="Amend.Tensors.AmendException">A setting is unknown, or out of range; of the latter all are named.</exception>
    NetworkOptions Options(LanguageModel model, IReadOnlyDictionary<string, string> settings);

    /// <summary>Settings as a network's record has them.</summary>
    JsonObject Settings(NetworkOptions options);

    /// <summary>Makes an untrained network; the caller disposes it.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The settings do not fit the model's weights.</exception>
    HyperNetwork Create(LanguageModel model, NetworkOptions options, int seed);

    /// <summary>Reads a network of this kind, of the model's weights; the caller disposes it.</summary>
    /// <exception cref="Amend.Tensors.AmendException">It is another editor's or of other weights, or its tensors are broken.</exception>
    HyperNetwork Read(LanguageModel model, NetworkFile file);

    /// <summary>Puts a training together; it owns what it makes, and not the model and the network.</summary>
    /// <exception cref="Amend.Tensors.AmendException">The data lacks what the objective needs.</exception>
    ITrainee Train(LanguageModel model, HyperNetwork network, NetworkData data, NetworkOptions options, int seed);

    /// <summary>How long a training is, and what it is stopped by; its identity is put in by the trainer.</summary>
    TrainingPlan Plan(NetworkOptions options);
}
