using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Editing.Stores;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Runs;

/// <summary>What a run is: all that its figures depend on, known before its first case. As a file: docs/formats/run.md.</summary>
public sealed record RunDescription
{
    /// <summary>The version of the form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The data set as it was asked for: a suite's name or <c>FORMAT:PATH</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>SHA-256 of the data set's file.</summary>
    public required string SuiteHash { get; init; }

    /// <summary>SHA-256 of the file of reference texts; null where none were used.</summary>
    public string? SnippetsHash { get; init; }

    /// <summary>SHA-256 of the fixed text whose perplexity was measured; null where there was none.</summary>
    public string? FixedTextHash { get; init; }

    /// <summary>SHA-256 of the probe's facts; null where there was none.</summary>
    public string? ProbeHash { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The family's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>Hash of the model's weights without any edit.</summary>
    public required string ModelHash { get; init; }

    /// <summary>When cases are edited and measured: <c>single</c>, <c>batch</c>, <c>sequential</c> or <c>stream</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Cases that are edited together; 1 for single edits.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>The editors side by side, in the order of the report.</summary>
    public required IReadOnlyList<RunRow> Rows { get; init; }

    /// <summary>Ids of the metrics, in the order of the report.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary>How the writes were guarded; null where they were not.</summary>
    public GuardPlan? Guard { get; init; }

    /// <summary>Which texts edits of labels should leave alone; null for those alone that the data set names.</summary>
    public RetainedFrom? Retain { get; init; }

    /// <summary>How a stream was measured; null where there was none.</summary>
    public StreamDescription? Stream { get; init; }

    /// <summary>The seed of everything sampled.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The statistics that were asked for instead of the model's own: <c>identity</c>, or a place and its hash; null for the
    /// model's own.
    /// </summary>
    public string? Statistics { get; init; }

    /// <summary>Cases of the data set that were passed over first.</summary>
    public int Offset { get; init; }

    /// <summary>Most cases; null for all.</summary>
    public int? Cases { get; init; }

    /// <summary>Whether broken records are passed over.</summary>
    public bool SkipBad { get; init; }

    /// <summary>The library's version.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>Where it ran.</summary>
    public required RunMachine Machine { get; init; }

    /// <summary>Whether results of fewer whole batches are results of this run, too; see <see cref="Protocols.Protocol"/>.</summary>
    [JsonIgnore]
    public bool TakesBatchesBack { get; init; }

    /// <summary>The first difference to another run in words, the machine aside; null where they are one run.</summary>
    /// <param name="asked">The other.</param>
    public string? DifferenceTo(RunDescription asked) => RunDifference.Between(
        JsonSerializer.Serialize(this, EditJson.Options), JsonSerializer.Serialize(asked, EditJson.Options));

    /// <summary>SHA-256 of all of it but the machine, which makes no other run.</summary>
    public string Hash()
    {
        var content = (JsonObject)JsonSerializer.SerializeToNode(this, EditJson.Options)!;
        content.Remove(RunDifference.Machine);
        return ContentHash.Of(content.ToJsonString());
    }
}

/// <summary>Texts whose predictions should stay.</summary>
/// <param name="Drawn">How many are drawn for each case; null for all.</param>
/// <param name="Replaces">Whether they stand in place of those that the data set names.</param>
/// <param name="SuiteHash">SHA-256 of the data set's file that they are from; null for the run's own.</param>
public sealed record RetainedFrom(int? Drawn, bool Replaces, string? SuiteHash);

/// <summary>The machine of a run, for reading its times.</summary>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Threads">Threads that the tensors use.</param>
/// <param name="Device">Where the weights are.</param>
public sealed record RunMachine(string System, string Processor, int Threads, string Device);
