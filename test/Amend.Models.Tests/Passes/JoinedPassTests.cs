using Amend.Models.Families;
using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Passes;

[NoTensorLeaks]
public sealed class JoinedPassTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Models => GoldenCases.Rows("families");

    [Theory]
    [MemberData(nameof(Models))]
    public void A_joined_pass_gives_what_each_of_its_passes_gives_alone(string id)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.FromFolder(GoldenCases.Find(id).Folder, new NumberedWords());
        Assert.SkipUnless(model.Transformer is CausalDecoder, "Only decoders have joined passes.");
        using var inference = inference_mode();
        var decoder = model.RequireDecoder("The test");
        using var pastOfTwo = new KeyValueCache();
        using var pastOfThree = new KeyValueCache();
        AttentionScope[] parts =
        [
            Continued(decoder, pastOfTwo, rows: 2, past: 3, tokens: 2),
            Continued(decoder, pastOfThree, rows: 3, past: 1, tokens: 4),
        ];
        Tensor[] streams = [Stream(2, 2), Stream(3, 4)];

        var joined = decoder.Blocks(cat([.. streams.Select(stream => stream.reshape(1, -1, model.Shape.Width))], 1), AttentionScope.Joined(parts));

        var alone = streams.Zip(parts, (stream, part) => decoder.Blocks(stream, part).reshape(1, -1, model.Shape.Width));
        TensorAssert.Close("streams", cat([.. alone], 1), joined, Tolerance);

        Tensor Stream(int rows, int tokens)
        {
            using var generator = new Generator((ulong)tokens);
            return randn([rows, tokens, model.Shape.Width], generator: generator);
        }
    }

    /// <summary>A pass that goes on behind a past that is computed first.</summary>
    private static AttentionScope Continued(CausalDecoder decoder, KeyValueCache cache, int rows, int past, int tokens)
    {
        using var generator = new Generator((ulong)past);
        var before = AttentionScope.Causal(ones(rows, past, dtype: ScalarType.Bool), past, cache);
        decoder.Blocks(randn([rows, past, decoder.Shape.Width], generator: generator), before);
        cache.Freeze();
        return AttentionScope.Causal(ones(rows, past + tokens, dtype: ScalarType.Bool), tokens, cache);
    }
}
