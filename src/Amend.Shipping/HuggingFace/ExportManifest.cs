using System.Text.Json;
using Amend.Editing;
using Amend.Editing.Stores;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files;

namespace Amend.Shipping.HuggingFace;

/// <summary>What an exported folder was made of (<c>docs/formats/export.md</c>).</summary>
internal static class ExportManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "amend.json";

    private const string Format = "amend.export.v1";
    private static readonly JsonSerializerOptions Options = new(EditJson.Options) { WriteIndented = true };

    /// <summary>Writes the manifest.</summary>
    public static void Write(string path, ExportJob job, IReadOnlyList<ShippedWeight> changed) => AtomicFile.WriteAllText(
        path, JsonSerializer.Serialize(
            new Content(
                Format,
                LibraryVersion.Current,
                job.Model.Source.Name,
                job.Edits.Edits[0].Record.BaseWeightsHash,
                changed,
                [.. job.Edits.Edits.Select(edit => new Kept(edit.Id, edit.Record))]),
            Options));

    /// <summary>What an export holds, so that another with other content is told from it.</summary>
    public static string ContentOf(ExportJob job, string form) => JsonSerializer.Serialize(
        new
        {
            form,
            amend = LibraryVersion.Current,
            model = job.Model.Source.Path,
            files = job.Model.Source.Files.Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}"),
            edits = job.Edits.Ids,
            type = job.Options.DType?.Name,
            job.Options.Rank,
        },
        EditJson.Options);

    private sealed record Content(
        string Format, string Amend, string Model, string BaseWeightsHash, IReadOnlyList<ShippedWeight> Changed, IReadOnlyList<Kept> Edits);

    private sealed record Kept(string Id, EditRecord Record);
}
