using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;

namespace Amend.Editing.Workbench;

/// <summary>What a method is given to solve, after everything was checked.</summary>
/// <param name="Model">The model, with the edits that it already has.</param>
/// <param name="Requests">What is changed together, at least one request.</param>
/// <param name="Context">Seed, memory and pace.</param>
internal sealed record EditTask(LanguageModel Model, IReadOnlyList<EditRequest> Requests, EditContext Context)
{
    /// <summary>Where second moments come from; it notes which were used.</summary>
    public required UsedStatistics Statistics { get; init; }

    /// <summary>The context templates; the bare prompt for methods without, and until they are sampled.</summary>
    public ContextTemplates Templates { get; init; } = ContextTemplates.Bare;

    /// <summary>What is done to values and changes before they are applied.</summary>
    public required PostProcessors Post { get; init; }

    /// <summary>Where the edit says how far it is, and ends where it is to stop.</summary>
    public EditPace Pace => Context.Pace;
}
