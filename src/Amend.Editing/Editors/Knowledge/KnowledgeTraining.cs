using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Objectives;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The training of KnowledgeEditor's network (De Cao et al. 2021, section 3.1): of each batch the last request is edited, and the others
/// are to stay as they are. It owns its optimisers, its objective and the kept answers.
/// </summary>
internal sealed class KnowledgeTraining : ITrainee
{
    private readonly NetworkLesson _lesson;
    private readonly KnowledgeNetworkOptions _options;
    private readonly ConstrainedObjective _objective;
    private readonly UpdatePass _pass;
    private readonly EpochDraws _draws;
    private readonly BaseAnswers _answers;

    /// <summary>Puts a training together.</summary>
    /// <param name="lesson">Model, network, data and seed.</param>
    /// <param name="options">The settings.</param>
    public KnowledgeTraining(NetworkLesson lesson, KnowledgeNetworkOptions options)
    {
        var data = lesson.Data;
        (_lesson, _options, _objective) = (lesson, options, new ConstrainedObjective(lesson.Model, options));
        var descent = new RmsProp(lesson.Network.Tensors, new RmsPropSettings { IsCentered = true });
        Optimizers = [new ScheduledOptimizer(descent, options.RateOf(options.Lr)), _objective.Ascent];
        _pass = new UpdatePass(lesson.Model, (KnowledgeNetwork)lesson.Network);
        _draws = new EpochDraws(data.Train.Count, options.BatchSize, lesson.Seed);
        _answers = new BaseAnswers(lesson.Model, [.. data.Train, .. data.Validation]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => [.. _lesson.Network.Tensors, .. _objective.Tensors];

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    private double Smoothing => _lesson.Model.Transformer is EncoderClassifier ? 0 : _options.LabelSmoothing;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        EditRequest[] drawn = [.. _draws.Batch(batch).Select(place => _lesson.Data.Train[place])];
        var edit = _answers.Resolved(drawn[^1]);
        EditRequest[] staying = [.. drawn[..^1].Select(_answers.Resolved)];
        using var rows = Rows(staying, edit.TargetNew, Prompts(edit, batch));
        var before = _answers.Distributions(staying, rows);
        Dictionary<string, double> figures = [];
        _pass.Learn(edit, updates => Loss(rows, before, updates, figures));
        return figures;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var all = new List<Dictionary<string, double>>();
        for (var place = 0; place < Math.Min(_options.ValidationEdits, _lesson.Data.Validation.Count); place++)
            all.Add(Look(place));
        var figures = ((string[])[NetworkFigures.Loss, NetworkFigures.Success, NetworkFigures.Locality])
            .ToDictionary(name => name, name => all.Average(one => one[name]));
        var (success, locality) = (figures[NetworkFigures.Success], figures[NetworkFigures.Locality]);
        figures[Score] = success + locality > 0 ? 2 * success * locality / (success + locality) : 0;
        foreach (var tensor in _objective.Tensors)
            figures[tensor.Name] = tensor.Value.to(float64).item<double>();
        _objective.Adapt(success);
        return figures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizers[0].Optimizer.Dispose();
        _objective.Dispose();
        _answers.Dispose();
    }

    /// <summary>The name of the harmonic mean of success and locality, by which the best network is kept.</summary>
    public const string Score = "score";

    /// <summary>Edits a validation request; those behind it are to stay.</summary>
    private Dictionary<string, double> Look(int place)
    {
        using var scope = NewDisposeScope();
        var requests = _lesson.Data.Validation;
        var edit = _answers.Resolved(requests[place]);
        var others = Enumerable.Range(1, Math.Min(_options.BatchSize, requests.Count) - 1)
            .Select(next => requests[(place + next) % requests.Count]);
        EditRequest[] staying = [.. others.Select(_answers.Resolved)];
        using var rows = Rows(staying, edit.TargetNew, [edit.FilledPrompt]);
        var before = _answers.Distributions(staying, rows);
        Dictionary<string, double> figures = [];
        _pass.Look(edit, updates => _ = Loss(rows, before, updates, figures));
        return figures;
    }

    /// <summary>The objective of the edited model, with the figures of the batch.</summary>
    private Tensor Loss(TargetBatch rows, Tensor before, IReadOnlyCollection<Tensor> updates, Dictionary<string, double> figures)
    {
        var after = rows.Distributions();
        var (staying, ids) = (before.shape[0], rows.Ids.shape[0]);
        var ofEdit = EditLosses.Smoothed(after, rows.Ids, Smoothing).narrow(0, staying, ids - staying).mean();
        var divergence = staying == 0
            ? zeros_like(ofEdit)
            : EditObjective.Divergence(before, after.narrow(0, 0, staying), exclusive: true).mean();
        var loss = _objective.Loss(new UpdateTerms(ofEdit, divergence, updates));
        var (stayed, isReached) = EditedAnswers.Compare(rows, before, after);
        figures[NetworkFigures.Loss] = loss.item<float>();
        figures["edit_loss"] = ofEdit.item<float>();
        figures["kl"] = divergence.item<float>();
        figures[NetworkFigures.Success] = isReached ? 1 : 0;
        figures[NetworkFigures.Locality] = stayed;
        return loss;
    }

    /// <summary>The prompts that are to give the target: the edit's, and a paraphrase where views are wanted.</summary>
    private string[] Prompts(EditRequest edit, int batch) => _options.Views && edit.Paraphrases.Count > 0
        ? [edit.FilledPrompt, edit.Paraphrases[_draws.OfBatch(batch).Next(edit.Paraphrases.Count)]]
        : [edit.FilledPrompt];

    private TargetBatch Rows(IEnumerable<EditRequest> staying, string target, IEnumerable<string> prompts) => TargetBatch.Create(
        _lesson.Model,
        [
            .. staying.Select(request => (request.FilledPrompt, request.TargetTrue!)),
            .. prompts.Select(prompt => (prompt, target)),
        ]);
}
