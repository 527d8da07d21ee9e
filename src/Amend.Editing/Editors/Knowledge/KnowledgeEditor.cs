using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// Editors whose network turns what is to change and the gradient of it into updates: <c>ke</c>, KnowledgeEditor (De Cao et al. 2021), and
/// <c>efk</c>, the same network as MEND's authors train it for decoders, which Meng et al. 2022 call KE.
/// </summary>
public sealed class KnowledgeEditor : NetworkEditor<KnowledgeEditorOptions>
{
    /// <summary>Creates <c>ke</c>.</summary>
    /// <param name="options">Settings to start from; the defaults when null.</param>
    public KnowledgeEditor(KnowledgeEditorOptions? options = null)
        : this(options, new KnowledgeNetworkKind(), new EditorInfo(
            "KnowledgeEditor, a trained network",
            "De Cao et al. 2021, arXiv 2104.08164",
            "nicola-decao/KnowledgeEditor") { Kinds = TargetBatch.Kinds })
    {
    }

    private KnowledgeEditor(KnowledgeEditorOptions? options, INetworkKind kind, EditorInfo info)
        : base(options, kind) => Info = info with
        {
            Class = EditorClass.IntermediateFineTuning,
            Writes = "the matrices of its network",
            NeedsSubject = false,
            NeedsNetwork = true,
        };

    /// <inheritdoc/>
    public override EditorInfo Info { get; }

    /// <summary>Creates <c>efk</c>.</summary>
    /// <param name="options">Settings to start from; the defaults when null.</param>
    public static KnowledgeEditor ForDecoders(KnowledgeEditorOptions? options = null) => new(options, new EfkNetworkKind(), new EditorInfo(
        "EFK, KnowledgeEditor for decoders",
        "De Cao et al. 2021, arXiv 2104.08164; Mitchell et al. 2022, arXiv 2110.11309",
        "eric-mitchell/mend") { Kinds = ModelKinds.CausalDecoder });

    /// <inheritdoc/>
    private protected override Solution Solve(HyperNetwork network, EditTask task, KnowledgeEditorOptions options, DeltaSet deltas)
    {
        var (model, asked) = (task.Model, task.Requests[0]);
        // What the model says before the first application is the condition's to the last.
        var request = asked with { TargetTrue = asked.TargetTrue ?? ConditionText.Prediction(model, asked) };
        using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
        var (most, applications) = (options.Loop ? options.MaxApplications : 1, 0);
        var sum = new RepeatedUpdate(most, options.AddsFirst).Find(model, Next, IsReached);
        foreach (var (weight, update) in sum.Updates)
            deltas.Add(weight, new DenseDelta(update));
        return new Solution(options.Found!.Record.Layers) { Converged = sum.IsReached };

        IReadOnlyDictionary<string, TorchSharp.torch.Tensor> Next()
        {
            task.Pace.Report("applying the network", applications++, most);
            return network.Updates(model, [request]);
        }

        bool IsReached() => batch.Answers()[0] is var said
            && (said.IsTarget || AnswerForm.Of(said.Text) == AnswerForm.Of(request.TargetNew));
    }
}
