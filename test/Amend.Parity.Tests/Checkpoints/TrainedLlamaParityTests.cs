using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Shapes;
using Amend.Parity.Tests.Families;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Parity.Tests.Checkpoints;

/// <summary>A real trained checkpoint, stories260K, thinks and writes as the reference says, by token ids.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class TrainedLlamaParityTests
{
    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("checkpoints").Where(golden => golden.Name == "stories260K"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_first_tokens_have_the_states_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        using var model = LanguageModel.Load(golden.Folder);
        using var states = golden.Tensors("expected.safetensors");
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var trace = model.Trace();
        var names = states.Names.Where(name => FamilyCase.SiteOf(name.Replace("gen_step_", "", StringComparison.Ordinal)) is not null).ToList();
        foreach (var name in names)
            trace.Capture(FamilyCase.SiteOf(name)!.Value);

        var logits = model.Logits(TokenBatch.Pad([Ids(golden, "first8_ids")], padding: 0));

        Assert.Equal(4 * model.Shape.Layers, names.Count);
        TensorAssert.Close("logits", states["logits"], logits[0], Tolerance(golden));
        Assert.All(names, name => TensorAssert.Close(name, states[name], trace[FamilyCase.SiteOf(name)!.Value][0], Tolerance(golden)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_continuation_of_sixty_tokens_is_that_of_the_reference(string id)
    {
        var golden = GoldenCases.Find(id);
        using var model = LanguageModel.Load(golden.Folder);
        using var states = golden.Tensors("expected.safetensors");
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (prompt, expected) = (Ids(golden, "prompt_ids"), Ids(golden, "greedy_60"));

        foreach (var useCache in (bool[])[true, false])
        {
            var options = new GenerationOptions { MaxNewTokens = expected.Length, UseCache = useCache, StopAtEndOfText = false };
            Assert.Equal(expected, new Generator(model).Generate([prompt], options)[0]);
        }

        var logits = model.Logits(TokenBatch.Pad([[.. prompt, .. expected[..^1]]], padding: 0))[0];
        TensorAssert.Close("logits", states["gen_step_logits"], logits.narrow(0, prompt.Length - 1, expected.Length), Tolerance(golden));
    }

    private static int[] Ids(GoldenCase golden, string key) =>
        [.. golden.Json("expected.json").GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

    private static double Tolerance(GoldenCase golden) => golden.Json("expected.json").GetProperty("suggested_abs_tolerance").GetDouble();
}
