using System.Text.Json;
using Amend.Cluster.Database;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors.Statistics;

namespace Amend.Cluster.Orders;

/// <summary>What a worker is told of a collection of statistics, each shard of whose text is a part.</summary>
/// <param name="Model">The model.</param>
/// <param name="Layers">The layers, in the order of a part's files.</param>
/// <param name="Options">How it is collected.</param>
public sealed record SharedCollection(ModelReference Model, IReadOnlyList<int> Layers, SecondMomentOptions Options) : PartsOrder(Model)
{
    /// <summary>What a shard's part begins from.</summary>
    internal static byte[] Given(TokenShard shard) => JsonSerializer.SerializeToUtf8Bytes(shard);

    /// <summary>The sums that a shard's part gave, one a layer; the caller disposes.</summary>
    internal static IReadOnlyList<SecondMoment> Read(IReadOnlyList<byte[]> files) =>
        [.. files.Select(file => TemporaryFile.With(file, SecondMoment.Load))];

    /// <inheritdoc/>
    internal override IPartMaker MakerFor(LanguageModel model) => new Maker(new SecondMomentCollector(model, Layers, Options));

    private sealed class Maker(SecondMomentCollector collector) : IPartMaker
    {
        public IEnumerable<byte[]> Make(byte[] given, CancellationToken stop)
        {
            foreach (var sum in collector.Sum(JsonSerializer.Deserialize<TokenShard>(given)!, stop))
            {
                using (sum)
                    yield return TemporaryFile.Of(path => sum.Save(path));
            }
        }
    }
}
