using Amend.Editing;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Shipping.Importing;

/// <summary>What is to be imported.</summary>
/// <param name="Path">The folder or file.</param>
/// <param name="Model">The model as it lies on disk; it stays the caller's.</param>
/// <param name="BaseHash">The hash of the model's weights without edits.</param>
/// <param name="AppliedBefore">Ids of the edits that are applied, in order.</param>
public sealed record ImportJob(string Path, StoredModel Model, string BaseHash, IReadOnlyList<string> AppliedBefore)
{
    /// <summary>An edit of changes that another program made; the caller disposes.</summary>
    /// <param name="form">The form's name.</param>
    /// <param name="hash">SHA-256 of the file that holds them.</param>
    /// <param name="baseModel">The model that it says it is for.</param>
    /// <param name="changes">The changes by the weights' names; the edit owns them.</param>
    internal Edit ToEdit(string form, string hash, string? baseModel, IReadOnlyDictionary<string, IWeightDelta> changes)
    {
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));
        var record = new EditRecord
        {
            Request = new EditRequest(name, null, ""),
            Editor = form,
            Settings = [],
            Layers = [],
            Import = new ImportNote(form, name, hash) { Base = baseModel },
            Seed = 0,
            ContextTemplates = [],
            Model = Model.Source.Name,
            ModelType = Model.Family.ModelType,
            BaseWeightsHash = BaseHash,
            AppliedBefore = AppliedBefore,
            Losses = [],
            Converged = true,
            ProbabilityBefore = 0,
            ProbabilityAfter = 0,
            DeltaNorm = Math.Sqrt(changes.Values.Sum(change => Math.Pow(change.FrobeniusNorm(), 2))),
            Seconds = 0,
            Version = LibraryVersion.Current,
            Time = DateTimeOffset.UtcNow,
        };
        return new Edit(record, WeightEffect.Of(changes));
    }
}
