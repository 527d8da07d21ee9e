using Amend.Editing.Demonstrations;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Ike;

/// <summary>
/// IKE, in-context knowledge editing (Zheng et al. 2023): facts are put in front of the prompts that are about them, behind demonstrations
/// of how a new fact is used, and the model stays as it is. The paper has three kinds of demonstration: copy (the fact), update (a
/// paraphrase with the new object) and retain (another subject's prompt with its old object).
/// <para>
/// Where this departs from the paper: (1) demonstrations come from the other edits in force and not from a training set, so that nothing
/// but the edits is needed; with <c>shows=all</c> updates and retains are as many as their requests have paraphrases and neighbours, and
/// what is retained is what the model says without edits. An edit shows them to prompts of other edits only, and by default not at all,
/// since they are what it is checked with. (2) Nearness is a cosine of the model's own states, at the subject's last token and an early
/// block, and not of a sentence encoder: means over a prompt find the right edit for less than half of paraphrases, the subject's token
/// for more than nine of ten. (3) A prompt that is about no edit gets nothing; the authors' evaluation is told the fact for each prompt,
/// which <c>rule=published</c> comes to.
/// </para>
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class IkeEditor(IkeOptions? options = null) : Editor<IkeOptions>(options)
{
    /// <summary>So many texts to retain and updates an edit keeps at most: the paper's shares 4 and 3 to one copy.</summary>
    private const int MostRetains = 4;

    private const int MostUpdates = 3;

    private static readonly PresetFile Embedded = new("Ike.ike.presets.json");

    /// <inheritdoc/>
    public override string Name => "ike";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "IKE, in-context editing", "Zheng et al. 2023, arXiv 2305.12740", "Zce1112zslx/IKE")
    {
        Class = EditorClass.MemoryBased,
        Writes = "no weight: the prompt",
        PutsInFront = true,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, IkeOptions options) =>
        new([], CopiesOfWeights: 0, Squares: 0, Sequences: 1, options.Layers[0]);

    private protected override Solution Solve(EditTask task, IkeOptions options, DeltaSet deltas)
    {
        var (model, request) = (task.Model, task.Requests[0]);
        var showsAll = options.Shows == ShownKinds.All;
        using var key_D = PromptStates.ReadSubject(model, request.ToSubjectPrompt(), options.Layers[0]);
        var demonstration = new Demonstration(
            request.FilledPrompt,
            Answered(request.FilledPrompt, request.TargetNew),
            showsAll ? [.. request.Paraphrases.Take(MostUpdates).Select(prompt => Answered(prompt, request.TargetNew))] : [],
            showsAll ? [.. Retained(task, request)] : []);
        deltas.Add(new DemonstrationEffect(AnchorOf(model, options.Layers[0]), key_D, demonstration, options.Rules));
        return new Solution(options.Layers);
    }

    /// <summary>The weight by which the record says where keys are read, which is not written: one that every block has.</summary>
    private static string AnchorOf(LanguageModel model, int layer) =>
        (model.Transformer.HasDownProjection(model.Transformer.Stacks[^1], layer)
            ? model.Transformer.DownProjection(layer)
            : model.Transformer.Modules(layer)[0].Weight).Name;

    /// <summary>What the model says of neighbours without edits; those to which it says nothing are left out.</summary>
    private static IEnumerable<string> Retained(EditTask task, EditRequest request)
    {
        using var view = task.Model.Applied.ViewAside();
        foreach (var (place, prompt) in request.Neighbors.Take(MostRetains).Index())
        {
            task.Pace.Report("asking what is to stay", place, Math.Min(request.Neighbors.Count, MostRetains));
            if (ShortAnswer.Ask(task.Model, prompt) is { Length: > 0 } answer)
                yield return Answered(prompt, answer);
        }
    }

    private static string Answered(string prompt, string answer) => prompt + TargetSequence.Behind(prompt, answer);
}
