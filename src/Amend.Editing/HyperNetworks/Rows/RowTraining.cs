using Amend.Editing.HyperNetworks.Objectives;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks.Rows;

/// <summary>
/// The training of a network that makes changes of rows: each step makes some edits, every one alone and of the unedited model, and in one
/// pass of the edited models measures the objective on a prompt of each and on texts that are kept. The gradients that the network is
/// given are constants, so no second derivative of the model is asked for.
/// </summary>
internal sealed class RowTraining : ITrainee
{
    private readonly NetworkLesson _lesson;
    private readonly RowNetworkOptions _options;
    private readonly RowNetwork _network;
    private readonly ExampleDraws _draws;
    private readonly EditObjective _objective;

    /// <summary>Puts a training together.</summary>
    /// <param name="lesson">Model, network, data and seed.</param>
    /// <param name="options">The settings.</param>
    /// <param name="optimizers">What moves the network's tensors besides the rates; they belong to the training from now on.</param>
    public RowTraining(NetworkLesson lesson, RowNetworkOptions options, params IReadOnlyList<ScheduledOptimizer> optimizers)
    {
        (_lesson, _options, _network) = (lesson, options, (RowNetwork)lesson.Network);
        _draws = new ExampleDraws(lesson.Data, options.Neighbors, lesson.Seed);
        _objective = new EditObjective(lesson.Model, options.CEdit, options.CLoc);
        Optimizers = [.. optimizers, new ScheduledOptimizer(new Adam([_network.Rates]), new ConstantRate(options.LrLr))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => _network.Tensors;

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var figures = new ObjectiveFigures();
        var loss = Measure(_draws.Batch(batch, _options.BatchSize), learn: true, figures);
        loss.backward();
        return figures.Means;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        using var none = no_grad();
        var figures = new ObjectiveFigures();
        foreach (var examples in _draws.Validation(_options.ValidationEdits).Chunk(_options.BatchSize))
        {
            using var scope = NewDisposeScope();
            Measure(examples, learn: false, figures);
        }

        return figures.Means;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scheduled in Optimizers)
            scheduled.Optimizer.Dispose();
        _objective.Dispose();
    }

    private Tensor Measure(IReadOnlyList<EditExample> examples, bool learn, ObjectiveFigures figures)
    {
        using var pass = _objective.Prepare(examples);
        var updates = _network.Apart(_lesson.Model, [.. examples.Select(example => example.Edit)], learn);
        using var view = OwnUpdates.Open(_lesson.Model, updates, pass.Owners);
        var value = pass.Measure();
        figures.Add(pass, value, examples.Count);
        return value.Loss;
    }
}
