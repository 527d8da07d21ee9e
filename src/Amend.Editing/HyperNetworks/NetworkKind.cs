using System.Text.Json.Nodes;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors.Optimization;

namespace Amend.Editing.HyperNetworks;

/// <summary>What every kind of network does in the same way: settings, presets, and the reading of files.</summary>
/// <typeparam name="TOptions">The settings of a training.</typeparam>
internal abstract class NetworkKind<TOptions> : INetworkKind
    where TOptions : NetworkOptions, new()
{
    /// <inheritdoc/>
    public abstract string Editor { get; }

    /// <inheritdoc/>
    public abstract ModelKinds Kinds { get; }

    /// <summary>The settings for known models; none by default.</summary>
    protected virtual PresetFile? Presets => null;

    /// <summary>The settings for any model.</summary>
    protected virtual TOptions Defaults => new();

    /// <inheritdoc/>
    public NetworkOptions Options(LanguageModel model, IReadOnlyDictionary<string, string> settings)
    {
        var start = Presets?.For(Defaults, model.ModelType, model.Shape) ?? Defaults;
        var options = EditorSettings.With(start, settings);
        var problems = new OptionProblems();
        options.Check(problems, model.Shape.Layers);
        problems.RefuseTraining(Editor);
        return options with { Layers = LayerList.Of(options.Layers, model.Shape.Layers) };
    }

    /// <inheritdoc/>
    public JsonObject Settings(NetworkOptions options) => EditorSettings.Of((TOptions)options);

    /// <inheritdoc/>
    public HyperNetwork Read(LanguageModel model, NetworkFile file)
    {
        file.RequireFor(Editor, model);
        var options = EditorSettings.With(Defaults, file.Record.Settings);
        var network = Create(model, options, file.Record.Seed);
        try
        {
            file.LoadInto(network.Tensors);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    HyperNetwork INetworkKind.Create(LanguageModel model, NetworkOptions options, int seed) => Create(model, (TOptions)options, seed);

    ITrainee INetworkKind.Train(LanguageModel model, HyperNetwork network, NetworkData data, NetworkOptions options, int seed) =>
        Train(new NetworkLesson(model, network, data, seed), (TOptions)options);

    TrainingPlan INetworkKind.Plan(NetworkOptions options) => Plan((TOptions)options);

    /// <inheritdoc cref="INetworkKind.Create"/>
    protected abstract HyperNetwork Create(LanguageModel model, TOptions options, int seed);

    /// <inheritdoc cref="INetworkKind.Train"/>
    protected abstract ITrainee Train(NetworkLesson lesson, TOptions options);

    /// <inheritdoc cref="INetworkKind.Plan"/>
    protected abstract TrainingPlan Plan(TOptions options);
}

/// <summary>What a training is of; all of it belongs to the caller.</summary>
/// <param name="Model">The model, without edits.</param>
/// <param name="Network">The network, whose tensors the training changes.</param>
/// <param name="Data">The examples.</param>
/// <param name="Seed">The seed of everything drawn.</param>
internal sealed record NetworkLesson(LanguageModel Model, HyperNetwork Network, NetworkData Data, int Seed);
