using System.Text.Json;
using Amend.Editing.HyperNetworks.Files;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// What a network is trained on: requests as they will be asked for, with paraphrases that are to give the new target too, and
/// neighbours that are to keep what the unedited model gives.
/// </summary>
/// <param name="Source">Where they are from, such as <c>fever:train.jsonl</c>; for records.</param>
/// <param name="Train">The requests that are learned from.</param>
/// <param name="Validation">The requests that figures are measured on; none of them is learned from.</param>
public sealed record NetworkData(string Source, IReadOnlyList<EditRequest> Train, IReadOnlyList<EditRequest> Validation)
{
    private const int LeastTrained = 2;
    private readonly Lazy<string> _hash = new(() => HashOf(Train, Validation));

    /// <summary>How validation was parted from training, where both come from one source; null where they come from two.</summary>
    public DataSplit? Split { get; init; }

    /// <summary>SHA-256 of the requests of both parts, in order.</summary>
    public string Hash => _hash.Value;

    /// <summary>What records say of the data.</summary>
    public NetworkDataNote Note => new(Source, Hash, Train.Count, Validation.Count) { Split = Split };

    /// <summary>
    /// Parts the requests of one source by a seed. Requests of one prompt go to one part, so that none is validated that was learned.
    /// </summary>
    /// <param name="source">Where they are from.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="split">Seed and share.</param>
    /// <returns>The data; the order within a part is that of the source.</returns>
    public static NetworkData Parted(string source, IReadOnlyList<EditRequest> requests, DataSplit split)
    {
        string[] prompts = [.. requests.Select(request => request.FilledPrompt).Distinct(StringComparer.Ordinal)];
        new Random(split.Seed).Shuffle(prompts);
        var count = (int)Math.Round(prompts.Length * split.Share, MidpointRounding.AwayFromZero);
        var held = prompts.Take(count).ToHashSet(StringComparer.Ordinal);
        var parts = requests.ToLookup(request => held.Contains(request.FilledPrompt));
        return new NetworkData(source, [.. parts[false]], [.. parts[true]]) { Split = split };
    }

    /// <summary>The data, or a refusal of what no training can use.</summary>
    /// <param name="model">The model that the network is for.</param>
    /// <exception cref="AmendException">
    /// There are fewer than 2 requests to learn from or none to validate with, or a prompt or target cannot be used with the model.
    /// </exception>
    public NetworkData RequiredFor(LanguageModel model)
    {
        if (Train.Count < LeastTrained)
        {
            throw new AmendException(
                $"'{Source}' gives {Count(Train, "request")} to learn from, and training needs at least {LeastTrained}; give more data.");
        }

        if (Validation.Count == 0)
        {
            throw new AmendException(
                $"'{Source}' leaves no request for validation beside {Train.Count} to learn from; give more data, "
                + "a larger share of it, or validation data of its own (--valid).");
        }

        foreach (var request in Train.Concat(Validation))
        {
            request.Validated();
            using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
        }

        return this;
    }

    private static string Count(IReadOnlyList<EditRequest> requests, string what) =>
        $"{requests.Count} {what}{(requests.Count == 1 ? "" : "s")}";

    private static string HashOf(IReadOnlyList<EditRequest> train, IReadOnlyList<EditRequest> validation) =>
        ContentHash.Of(JsonSerializer.SerializeToUtf8Bytes(new[] { train, validation }, EditJson.Options));
}
