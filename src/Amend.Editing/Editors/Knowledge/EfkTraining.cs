using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Objectives;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The training of EFK's network as MEND's authors have it: MEND's objective, which averages edits that are each made alone. It owns its
/// optimiser and its objective.
/// </summary>
internal sealed class EfkTraining : ITrainee
{
    private readonly NetworkLesson _lesson;
    private readonly EfkNetworkOptions _options;
    private readonly EditObjective _objective;
    private readonly ExampleDraws _draws;
    private readonly UpdatePass _pass;

    /// <summary>Puts a training together.</summary>
    /// <param name="lesson">Model, network, data and seed.</param>
    /// <param name="options">The settings.</param>
    public EfkTraining(NetworkLesson lesson, EfkNetworkOptions options)
    {
        (_lesson, _options) = (lesson, options);
        _objective = new EditObjective(lesson.Model, options.CEdit, options.CLoc);
        _draws = new ExampleDraws(lesson.Data, options.Neighbors, lesson.Seed);
        _pass = new UpdatePass(lesson.Model, (KnowledgeNetwork)lesson.Network);
        Optimizers = [new ScheduledOptimizer(new Adam(lesson.Network.Tensors), new ConstantRate(options.Lr))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => _lesson.Network.Tensors;

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        var figures = new ObjectiveFigures();
        foreach (var example in _draws.Batch(batch, _options.BatchSize))
        {
            using var pass = _objective.Prepare([example]);
            _pass.Learn(example.Edit, _ => Measure(pass, figures) / _options.BatchSize);
        }

        return figures.Means;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        var figures = new ObjectiveFigures();
        foreach (var example in _draws.Validation(_options.ValidationEdits))
        {
            using var pass = _objective.Prepare([example]);
            _pass.Look(example.Edit, _ => Measure(pass, figures));
        }

        return figures.Means;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizers[0].Optimizer.Dispose();
        _objective.Dispose();
    }

    private static Tensor Measure(ObjectivePass pass, ObjectiveFigures figures)
    {
        var value = pass.Measure();
        figures.Add(pass, value, examples: 1);
        return value.Loss;
    }
}
