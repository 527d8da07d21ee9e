using Amend.Editing.HyperNetworks;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// The training of KnowledgeEditor's network (De Cao et al. 2021, section 3.1): of each batch the last request is edited, and the others
/// are to stay. L = edit loss + Σ α (C − m), with C the divergence of the others' answers, the distance of the weights, or both.
/// </summary>
internal sealed class KnowledgeTraining : ITrainee
{
    private readonly NetworkLesson _lesson;
    private readonly KnowledgeNetworkOptions _options;
    private readonly KnowledgeNetwork _network;
    private readonly UpdatePass _pass;
    private readonly EpochDraws _draws;
    private readonly BaseAnswers _answers;
    private readonly BaseAnswers _validation;
    private readonly Constraint? _divergence;
    private readonly Constraint? _distance;

    /// <summary>Puts a training together.</summary>
    /// <param name="lesson">Model, network, data and seed.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="AmendException">Views are wanted, and no request has a paraphrase.</exception>
    public KnowledgeTraining(NetworkLesson lesson, KnowledgeNetworkOptions options)
    {
        var (model, data) = (lesson.Model, lesson.Data);
        if (options.Views && data.Train.All(request => request.Paraphrases.Count == 0))
        {
            throw new AmendException(
                $"'{data.Source}' has no paraphrase in its {data.Train.Count} requests, and views need some; give other data, "
                + "or --set views=false.");
        }

        (_lesson, _options, _network) = (lesson, options, (KnowledgeNetwork)lesson.Network);
        _pass = new UpdatePass(model, _network);
        _draws = new EpochDraws(data.Train.Count, options.BatchSize, lesson.Seed);
        _answers = new BaseAnswers(model, data.Train);
        _validation = new BaseAnswers(model, data.Validation);
        if (options.Constraint != UpdateConstraint.Lp)
            _divergence = new Constraint("kl", Schedule(options.KlMargin, options.KlMarginMin), model.Device);
        if (options.Constraint != UpdateConstraint.Kl)
            _distance = new Constraint("lp", Schedule(options.LpMargin, options.LpMarginMin), model.Device);
        Optimizers =
        [
            new ScheduledOptimizer(RmsPropOf(_network.Tensors), RateOf(options.Lr)),
            new ScheduledOptimizer(RmsPropOf([.. Constraints.Select(one => one.Multiplier)]), RateOf(options.MultiplierLr))
            {
                Ascends = true,
                Floor = 0,
            },
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors =>
        [.. _network.Tensors, .. Constraints.SelectMany(one => (NamedTensor[])[one.Multiplier, one.Margin])];

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    private IEnumerable<Constraint> Constraints => new[] { _divergence, _distance }.OfType<Constraint>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var drawn = _draws.Batch(batch);
        int[] staying = [.. drawn.SkipLast(1)];
        var edit = _answers.Request(drawn[^1]);
        using var rows = Rows(_answers, staying, edit, View(edit, batch));
        var before = _answers.Distributions(staying, rows);
        var figures = new Dictionary<string, double>();
        _pass.Learn(edit, updates =>
        {
            var after = rows.Distributions();
            var losses = OfRows(rows, EditLosses.Smoothed(after, rows.Ids, Smoothing));
            var ofEdit = losses.narrow(0, staying.Length, losses.shape[0] - staying.Length).mean();
            var divergence = EditLosses.Divergence(before, after.narrow(0, 0, before.shape[0])).mean();
            var loss = ofEdit;
            if (_divergence is not null)
                loss = loss + _divergence.Penalty(divergence);
            var distance = _distance is null ? null : EditLosses.Distance(updates, _options.P);
            if (_distance is not null)
                loss = loss + _distance.Penalty(distance!);
            var (retained, isReached) = EditedAnswers.Compare(rows, before, after);
            (figures["loss"], figures["edit_loss"], figures["kl"]) = (Number(loss), Number(ofEdit), Number(divergence));
            (figures["success"], figures["retain"]) = (isReached ? 1 : 0, retained);
            if (distance is not null)
                figures["lp"] = Number(distance);
            return loss.sum();
        });
        return figures;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        var (reached, retained, edits) = (0, 0.0, Math.Min(_options.ValidationEdits, _validation.Count));
        for (var place = 0; place < edits; place++)
        {
            var of = Look(place);
            reached += of.IsReached ? 1 : 0;
            retained += of.Retained;
        }

        var figures = new Dictionary<string, double> { ["success"] = (double)reached / edits, ["retain"] = retained / edits };
        figures["mean"] = (figures["success"] + figures["retain"]) / 2;
        foreach (var one in Constraints)
        {
            one.Anneal(figures["success"]);
            figures[one.Multiplier.Name] = one.Multiplier.Value.item<float>();
            figures[one.Margin.Name] = one.Margin.Value.item<double>();
        }

        return figures;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scheduled in Optimizers)
            scheduled.Optimizer.Dispose();
        foreach (var one in Constraints)
            one.Dispose();
        _answers.Dispose();
        _validation.Dispose();
    }

    private double Smoothing => _lesson.Model.Transformer is EncoderClassifier ? 0 : _options.LabelSmoothing;

    /// <summary>Edits a validation request; those behind it are to stay.</summary>
    private (double Retained, bool IsReached) Look(int place)
    {
        using var scope = NewDisposeScope();
        var others = Math.Min(_options.BatchSize, _validation.Count) - 1;
        int[] staying = [.. Enumerable.Range(1, others).Select(next => (place + next) % _validation.Count)];
        var edit = _validation.Request(place);
        using var rows = Rows(_validation, staying, edit, view: null);
        var before = _validation.Distributions(staying, rows);
        (double, bool) found = default;
        _pass.Look(edit, () => found = EditedAnswers.Compare(rows, before, rows.Distributions()));
        return found;
    }

    /// <summary>The prompts that are to stay with the model's answers, and the edit, and a view of it, with its target.</summary>
    private TargetBatch Rows(BaseAnswers answers, IReadOnlyList<int> staying, EditRequest edit, string? view) => TargetBatch.Create(
        _lesson.Model,
        [
            .. staying.Select(place => answers.Request(place)).Select(request => (request.FilledPrompt, request.TargetTrue!)),
            .. new[] { edit.FilledPrompt, view }.OfType<string>().Select(prompt => (prompt, edit.TargetNew)),
        ]);

    private string? View(EditRequest edit, int batch) => _options.Views && edit.Paraphrases.Count > 0
        ? edit.Paraphrases[_draws.OfBatch(batch).Next(edit.Paraphrases.Count)]
        : null;

    /// <summary>The mean over the ids of each row, <c>[B]</c>.</summary>
    private static Tensor OfRows(TargetBatch rows, Tensor losses_N)
    {
        var shares_N = tensor(rows.Targets.SelectMany(target => target.Select(_ => 1f / target.Count)).ToArray(), device: losses_N.device);
        return zeros(rows.Count, device: losses_N.device).index_add(0, rows.Rows, losses_N * shares_N, alpha: 1);
    }

    private MarginSchedule Schedule(double widest, double narrowest) =>
        new(widest, narrowest, _options.MarginFactor, _options.MarginSuccess);

    private WarmUpThenLinear RateOf(double highest) => new(highest, _options.WarmUp, _options.DecaySteps);

    private static RmsProp RmsPropOf(IReadOnlyList<NamedTensor> tensors) => new(tensors, new RmsPropSettings { IsCentered = true });

    private static double Number(Tensor value) => value.item<float>();
}
