using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>Amend's own form, the fields of <see cref="EditCase"/> one case a line (docs/formats/cases.md); unknown fields are refused.</summary>
internal sealed class AmendDataset : IDataset
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <inheritdoc/>
    public string Name => "amend";

    /// <inheritdoc/>
    public string Reads => "Amend's own jsonl: every field of a case, see docs/formats/cases.md";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) => RecordStream.Read(path, options, Parse);

    private static EditCase Parse(JsonElement element, int number)
    {
        var fields = new RecordFields(element, number);
        var id = fields.Text("id");
        try
        {
            var read = element.Deserialize<EditCase>(Json)!;
            return read with { Id = id, Requests = [.. read.Requests.Select(Placed)] };
        }
        catch (JsonException e)
        {
            throw new AmendException($"{(e.Path is { Length: > 2 } path ? $"field {path[2..]}" : "the record")} is not as docs/formats/cases.md has it ({Reason(e)})");
        }
    }

    private static CaseRequest Placed(CaseRequest request, int index)
    {
        try
        {
            var placed = request.Subject is null ? request : request with { Prompt = CaseRequest.About(request.Subject, request.Prompt).Prompt };
            if (placed is { Subject: not null, TargetNew: not null })
                placed.ToEditRequest();
            return placed;
        }
        catch (AmendException e)
        {
            throw new AmendException($"field requests[{index}]: {e.Message}", e);
        }
    }

    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.').Replace(" Amend.Evaluation.Cases.", " ", StringComparison.Ordinal);
    }
}
