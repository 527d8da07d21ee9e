using Amend.Editing.TokenCodebooks;
using Amend.Editing.Workbench;

namespace Amend.Editing.Batches;

/// <summary>Settings of editors whose edits are entries of a codebook at tokens; those of values are the batch editors'.</summary>
public abstract record TokenCodebookOptions : BatchEditorOptions
{
    /// <summary>What each entry carries.</summary>
    internal abstract TokenRules Rules { get; }

    /// <summary>Whether an entry has a key of the bare prompt beside that of the other templates, instead of one of them all.</summary>
    internal abstract bool HasKeyOfBarePrompt { get; }

    /// <summary>Tokens of each of the texts that the model writes to see what keys must not reach; 0 for none.</summary>
    internal virtual int LengthOfBackground => 0;

    /// <summary>The greatest distance at which a key fires, in units of that to the nearest token of those texts.</summary>
    internal virtual double ShareOfBackground => 1;

    /// <summary>Says what makes no sense of the settings of the gate.</summary>
    private protected abstract void CheckGate(OptionProblems problems);

    private protected sealed override void CheckUpdate(OptionProblems problems)
    {
        problems.Require(Layers.Count <= 1, "layers must be one, the one that has the codebook");
        problems.Require(Post.Length == 0, "post changes weights, and a codebook changes none");
        CheckGate(problems);
    }
}
