using Amend.Editing.HyperNetworks;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The training of a network that makes one edit at a time (De Cao et al. 2021, section 3.1): of each batch the last request is edited,
/// and others are to stay as they are. It owns its optimisers, its objective and the kept answers.
/// </summary>
internal sealed class UpdateTraining : ITrainee
{
    private readonly NetworkLesson _lesson;
    private readonly TrainingForm _form;
    private readonly IUpdateObjective _objective;
    private readonly UpdatePass _pass;
    private readonly EpochDraws _draws;
    private readonly BaseAnswers _answers;

    /// <summary>Puts a training together.</summary>
    /// <param name="lesson">Model, network, data and seed.</param>
    /// <param name="form">What a batch is made of.</param>
    /// <param name="objective">What is made small; the training owns it.</param>
    /// <param name="optimizer">The optimiser of the network's tensors, which the training owns.</param>
    public UpdateTraining(NetworkLesson lesson, TrainingForm form, IUpdateObjective objective, ScheduledOptimizer optimizer)
    {
        var data = lesson.Data;
        (_lesson, _form, _objective) = (lesson, form, objective);
        Optimizers = [optimizer, .. objective.Optimizers];
        _pass = new UpdatePass(lesson.Model, (KnowledgeNetwork)lesson.Network);
        _draws = new EpochDraws(data.Train.Count, form.BatchSize, lesson.Seed);
        _answers = new BaseAnswers(lesson.Model, [.. data.Train, .. data.Validation]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors => [.. _lesson.Network.Tensors, .. _objective.Tensors];

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    private double Smoothing => _lesson.Model.Transformer is EncoderClassifier ? 0 : _form.LabelSmoothing;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var random = _draws.OfBatch(batch);
        EditRequest[] drawn = [.. _draws.Batch(batch).Select(place => _lesson.Data.Train[place])];
        var edit = _answers.Resolved(drawn[^1]);
        var staying = Staying(edit, drawn.AsSpan(..^1), random);
        using var rows = Rows(staying, edit.TargetNew, Prompts(edit, random));
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
        for (var place = 0; place < Math.Min(_form.ValidationEdits, _lesson.Data.Validation.Count); place++)
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

    /// <summary>Edits a validation request; those behind it, or its neighbours, are to stay.</summary>
    private Dictionary<string, double> Look(int place)
    {
        using var scope = NewDisposeScope();
        var requests = _lesson.Data.Validation;
        var edit = _answers.Resolved(requests[place]);
        var others = Enumerable.Range(1, Math.Min(_form.BatchSize, requests.Count) - 1)
            .Select(next => requests[(place + next) % requests.Count]);
        var staying = Staying(edit, [.. others], new Random(place));
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
        var divergence = staying == 0 ? zeros_like(ofEdit) : EditLosses.Divergence(before, after.narrow(0, 0, staying)).mean();
        var loss = _objective.Loss(new UpdateTerms(ofEdit, divergence, updates));
        var (stayed, isReached) = EditedAnswers.Compare(rows, before, after);
        figures[NetworkFigures.Loss] = loss.item<float>();
        figures["edit_loss"] = ofEdit.item<float>();
        figures["kl"] = divergence.item<float>();
        figures[NetworkFigures.Success] = isReached ? 1 : 0;
        figures[NetworkFigures.Locality] = stayed;
        return loss;
    }

    /// <summary>The requests that are to stay, with the model's answers: neighbours where they are wanted and there are any.</summary>
    private EditRequest[] Staying(EditRequest edit, ReadOnlySpan<EditRequest> others, Random random)
    {
        EditRequest[] found = _form.UsesNeighbors && edit.Neighbors.Count > 0
            ? [new EditRequest(edit.Neighbors[random.Next(edit.Neighbors.Count)], null, edit.TargetNew)]
            : others.ToArray();
        return [.. found.Select(_answers.Resolved)];
    }

    /// <summary>The prompts that are to give the target.</summary>
    private string[] Prompts(EditRequest edit, Random random)
    {
        if (_form.Views == ViewForm.None || edit.Paraphrases.Count == 0)
            return [edit.FilledPrompt];
        var view = edit.Paraphrases[random.Next(edit.Paraphrases.Count)];
        return _form.Views == ViewForm.Beside ? [edit.FilledPrompt, view] : [view];
    }

    private TargetBatch Rows(IEnumerable<EditRequest> staying, string target, IEnumerable<string> prompts) => TargetBatch.Create(
        _lesson.Model,
        [
            .. staying.Select(request => (request.FilledPrompt, request.TargetTrue!)),
            .. prompts.Select(prompt => (prompt, target)),
        ]);
}

/// <summary>What a batch is made of.</summary>
/// <param name="BatchSize">One edit, and the others that are to stay.</param>
/// <param name="Views">Whether paraphrases are learned from.</param>
/// <param name="UsesNeighbors">Whether a neighbour of the edit is to stay in place of the batch's others, where it has any.</param>
/// <param name="LabelSmoothing">ε of the edit's loss, for models that write.</param>
/// <param name="ValidationEdits">Requests that a validation edits.</param>
internal sealed record TrainingForm(int BatchSize, ViewForm Views, bool UsesNeighbors, double LabelSmoothing, int ValidationEdits);

/// <summary>Whether an edit is learned from its paraphrases.</summary>
internal enum ViewForm
{
    /// <summary>From its prompt alone.</summary>
    None,

    /// <summary>From its prompt and one of its paraphrases (P^x in De Cao et al. 2021).</summary>
    Beside,

    /// <summary>From one of its paraphrases, where it has any (Mitchell et al. 2022).</summary>
    Instead,
}
