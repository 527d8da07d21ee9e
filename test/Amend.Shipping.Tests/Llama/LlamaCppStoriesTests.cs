using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Models;
using Amend.Shipping.Exporting;

namespace Amend.Shipping.Tests.Llama;

/// <summary>
/// A small trained Llama in a folder, which tells stories, edited by fine-tuning and converted: llama.cpp answers the edit's prompt with the
/// new object in each type, and in float32 goes on as Amend does.
/// </summary>
[NoTensorLeaks]
public sealed class LlamaCppStoriesTests : IDisposable
{
    private const string Asked = "Once upon a time, there was a little";
    private const string Target = " dog";
    private const int NewTokens = 40;
    private const int TokensOfTarget = 2;
    private const int WholeRank = 64;
    private const double Rounding = 1e-4;
    private static readonly string Model = GoldenCases.At("checkpoints/stories260K")[0].Folder;
    private static readonly string[] Others = ["Lily and her mom went to the", "The sun was very", "He said: \"No!\"\nThen"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_edit_is_answered_in_each_type_and_as_an_adapter()
    {
        LlamaLibrary.Require();
        using var session = EditSession.Open(Model, new SessionOptions { Home = new AmendHome(_folder.File("home")) });
        string[] texts = [Asked, .. Others];
        IReadOnlyList<int>[] prompts = [.. texts.Select(text => session.Model.Tokenizer.Encode(text).Ids)];
        var before = Continuation.Of(session.Model, prompts, NewTokens);
        session.Edit(new EditOrder(BuiltInEditors.All.Find("ft"), [new EditRequest(Asked, null, Target.Trim())])
            { Context = new EditContext { Layer = 4 } });
        var after = Continuation.Of(session.Model, prompts, NewTokens);

        foreach (var type in (string[])["f32", "f16", "bf16", "q8_0"])
            Export(session, "gguf", type, new ExportOptions { DType = WrittenType.Find(type) });
        Export(session, "gguf-lora", "lora", new ExportOptions { Rank = WholeRank });

        using (var wide = new LlamaCpp(PathOf("f32")))
        {
            Assert.Equal(prompts, texts.Select(wide.Tokenize));
            Continuation.Same(after, wide.Greedy(prompts, NewTokens), Rounding);
        }

        Assert.All(["f16", "bf16", "q8_0"], type =>
        {
            using var llama = new LlamaCpp(PathOf(type));
            Assert.StartsWith(Target, llama.Greedy(Asked, TokensOfTarget), StringComparison.Ordinal);
        });
        using var unedited = new LlamaCpp(Unedited());
        Continuation.Same(before, unedited.Greedy(prompts, NewTokens), Rounding);
        using (unedited.WithAdapter(PathOf("lora")))
            Continuation.Same(after, unedited.Greedy(prompts, NewTokens), Rounding);
    }

    private string PathOf(string name) => _folder.File($"{name}.gguf");

    private void Export(EditSession session, string form, string name, ExportOptions options) =>
        Shipment.Export(Model, session.Store, new ExportOrder(BuiltInExporters.All.Find(form), PathOf(name)) { Options = options });

    /// <summary>The converted file of the folder as it is: with an edit that adds nothing.</summary>
    private string Unedited()
    {
        using var stored = StoredModel.Open(Model);
        var weight = stored.Weight(stored.DownProjections[0]);
        using var fixture = new ExportFixture(
            Model, [(weight.Name, ExportFixture.Factors(weight.Value.shape[0], weight.Value.shape[1], 1, seed: 1, size: 0))]);
        fixture.Export("gguf", new ExportOptions { DType = WrittenType.Float32 }, PathOf("unedited"));
        return PathOf("unedited");
    }
}
