using Amend.Models.Families;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Families;

/// <summary>
/// Families with the <c>config.json</c> that transformers 5 writes for them (<c>rope_parameters</c>, <c>dtype</c>,
/// <c>layer_types</c>): other keys, the same model.
/// </summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class NewKeysParityTests
{
    private static readonly string[] Prompts = ["A", "B"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var keys in GoldenCases.At("config_new_keys"))
            {
                var names = Directory.GetFiles(keys.Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);
                foreach (var name in names.Where(name => Directory.Exists(keys.Shared($"families/{name}"))).Order(StringComparer.Ordinal))
                    rows.Add(keys.Id, name);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_weights_of_a_family_have_its_states_with_the_new_keys(string keysId, string name)
    {
        var keys = GoldenCases.Find(keysId);
        var golden = GoldenCases.Under("families").First(one => one.Folder == Path.GetFullPath(keys.Shared($"families/{name}")));
        FamilyCase.SkipUnlessBuiltIn(golden);
        using var family = FamilyCase.Load(golden, keys.File($"{name}.json"));

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            family.AssertStates(prompt, () => Logits(family, prompt), (state, found) => (family.States[$"{prompt}.{state}"], found[0]));
        }
    }

    public static TheoryData<string> OlderKeys =>
        GoldenCases.Rows(GoldenCases.Under("families").Where(golden => File.Exists(golden.File("config_old_keys.json"))));

    /// <summary>The other way round: a family whose files have the new keys, with the older ones.</summary>
    [Theory]
    [MemberData(nameof(OlderKeys))]
    public void The_weights_of_a_family_have_its_states_with_the_older_keys(string id)
    {
        var golden = GoldenCases.Find(id);
        FamilyCase.SkipUnlessBuiltIn(golden);
        using var family = FamilyCase.Load(golden, golden.File("config_old_keys.json"));

        foreach (var prompt in Prompts)
        {
            using var scope = NewDisposeScope();
            family.AssertStates(prompt, () => Logits(family, prompt), (state, found) => (family.States[$"{prompt}.{state}"], found[0]));
        }
    }

    private static Tensor Logits(FamilyCase family, string prompt)
    {
        var input = TokenBatch.Pad([family.Prompt(prompt)], padding: 0);
        return family.Model.Transformer switch
        {
            EncoderDecoder both => both.Logits(input, TokenBatch.Pad([family.Output(prompt)], padding: 0)),
            EncoderClassifier classifier => classifier.Logits(input),
            MaskedLanguageModel masked => masked.Logits(input),
            _ => family.Model.Logits(input),
        };
    }
}
