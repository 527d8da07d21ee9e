using System.Text.Json.Nodes;
using Amend.Editing.HyperNetworks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Settings of edits by <c>ke</c> and <c>efk</c>; those of the training are the network's.</summary>
public sealed record KnowledgeEditorOptions : NetworkEditorOptions
{
    /// <summary>Takes a network that was trained with this constraint, where there are several; any by default, null.</summary>
    public UpdateConstraint? Constraint { get; init; }

    /// <summary>Takes a network that was trained with paraphrases or without, where there are several; any by default, null.</summary>
    public bool? Views { get; init; }

    /// <summary>Whether the network is applied again until the model gives the target, "+loop"; false by default.</summary>
    public bool Loop { get; init; }

    /// <summary>Most applications; 5 by default, and ignored without <see cref="Loop"/>.</summary>
    public int MaxApplications { get; init; } = 5;

    /// <summary>
    /// Whether the first update is added again in place of one that is found anew, as the authors' code for BART does (D11); false by
    /// default, and ignored without <see cref="Loop"/>.
    /// </summary>
    public bool AddsFirst { get; init; }

    /// <inheritdoc/>
    internal override JsonObject TrainedWith
    {
        get
        {
            var own = EditorSettings.Of(this);
            return new JsonObject(((string[])["constraint", "views"])
                .Where(name => own[name] is not null)
                .Select(name => KeyValuePair.Create(name, own[name]?.DeepClone())));
        }
    }

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("max_applications", MaxApplications);
    }
}
