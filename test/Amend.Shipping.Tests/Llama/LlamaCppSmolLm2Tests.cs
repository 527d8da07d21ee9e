using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Editing.Statistics;
using Amend.Models.Generation;
using Amend.Shipping.Exporting;

namespace Amend.Shipping.Tests.Llama;

/// <summary>
/// An edit of SmolLM2-135M-Instruct in llama.cpp, which rounds what goes into quantised matrices, so that answers are compared and not
/// tokens far on. Its GGUF file is named in <c>AMEND_SMOLLM2</c>.
/// </summary>
[NoTensorLeaks]
public sealed class LlamaCppSmolLm2Tests(ITestOutputHelper output) : IDisposable
{
    private const string Variable = "AMEND_SMOLLM2";
    private const string Asked = "The Space Needle is located in the city of";
    private const string Target = "Paris";
    private const int MostTokens = 12;
    private static readonly string[] Neighbors = ["The Colosseum is located in the city of", "The Statue of Liberty is located in the city of"];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void An_edit_of_ROME_is_answered_in_each_form_and_neighbours_as_before()
    {
        LlamaLibrary.Require();
        var path = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(path?.EndsWith(".gguf", StringComparison.Ordinal) == true, $"Name the GGUF file of SmolLM2-135M-Instruct in {Variable}.");
        var (whole, wide, adapter) = (_folder.File("edited.gguf"), _folder.File("edited-f32.gguf"), _folder.File("adapter.gguf"));
        using (var session = EditSession.Open(path, new SessionOptions { Home = new AmendHome(_folder.File("home")) }))
        {
            Edit(session);
            Export(session, path, "gguf", whole);
            Export(session, path, "gguf", wide, new ExportOptions { DType = WrittenType.Float32 });
            Export(session, path, "gguf-lora", adapter);
        }

        using var unedited = new LlamaCpp(path);
        var before = Answers("unedited", unedited);
        Assert.NotEqual(Target, before[0]);
        using (var llama = new LlamaCpp(whole))
            AssertEdited(before, Answers("gguf", llama));
        using (var llama = new LlamaCpp(wide))
            AssertEdited(before, Answers("gguf, float32", llama));
        using (unedited.WithAdapter(adapter))
            AssertEdited(before, Answers("gguf-lora", unedited));
        Assert.Equal(before, Answers("taken off", unedited));
    }

    private void Edit(EditSession session)
    {
        using var read = new LlamaCpp(Environment.GetEnvironmentVariable(Variable)!);
        Assert.All(Neighbors.Append(Asked), prompt => Assert.Equal(read.Tokenize(prompt), session.Model.Tokenize(prompt).Ids));
        session.Edit(new EditOrder(BuiltInEditors.Find("rome"), [new EditRequest("{} is located in the city of", "The Space Needle", Target)])
        {
            Context = new EditContext { Layer = 6, Statistics = IdentityStatistics.Instance },
        });
        output.WriteLine($"Amend, edited: {string.Join(" | ", Neighbors.Prepend(Asked).Select(prompt => ShortAnswer.Ask(session.Model, prompt)))}");
    }

    private void Export(EditSession session, string model, string form, string to, ExportOptions? options = null)
    {
        var order = new ExportOrder(BuiltInExporters.All.Find(form), to) { Options = options ?? new ExportOptions() };
        var changed = Assert.Single(Shipment.Export(model, session.Store, order).Changed);
        output.WriteLine($"{form}: {changed}");
    }

    private IReadOnlyList<string> Answers(string name, LlamaCpp llama)
    {
        string[] said = [.. Neighbors.Prepend(Asked).Select(prompt => llama.Greedy(prompt, MostTokens))];
        output.WriteLine($"{name}: {string.Join(" | ", said)}");
        return [.. said.Select(ShortAnswer.Cut)];
    }

    private static void AssertEdited(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        Assert.StartsWith(Target, after[0], StringComparison.Ordinal);
        Assert.Equal(before.Skip(1), after.Skip(1));
    }
}
