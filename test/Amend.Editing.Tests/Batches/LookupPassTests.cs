using Amend.Editing.Batches;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models.Subjects;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Batches;

[NoTensorLeaks]
public sealed class LookupPassTests
{
    private static readonly EditRequest[] Requests = [new("So they came to {}", "The Eiffel Tower", "Rome"), new("{} was made by", "D'Artagnan's sword", "Goa"), new("{} is in", "Rome", "Goa")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void It_reads_what_whole_passes_have_at_the_lookup_tokens_and_averages_by_type_of_template(int chunk)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var templates = new ContextTemplates(["{}", "So. {}", "One day. {}", "It was long ago. {}"]);
        var batch = RewriteBatch.Create(model, Requests, templates, LookupToken.SubjectLast);
        using var clean = CleanPass.Run(model, batch, layer: 1);
        var lookups = new LookupPass(model, Requests, templates, LookupToken.SubjectLast, chunk);

        var keys = clean.Keys.view(Requests.Length, 4, -1);
        TensorAssert.Close("keys", (keys.select(1, 0) + keys.narrow(1, 1, 3).mean([1])) / 2, lookups.Keys(1), 1e-5);
        TensorAssert.Close("values", clean.BareValues(model, batch), lookups.Values(1), 1e-5);
    }

    [Fact]
    public void A_bare_prompt_alone_gives_its_key()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var batch = RewriteBatch.Create(model, Requests, ContextTemplates.Bare, LookupToken.SubjectLast);
        using var clean = CleanPass.Run(model, batch, layer: 2);

        TensorAssert.Close("keys", clean.Keys, new LookupPass(model, Requests, ContextTemplates.Bare, LookupToken.SubjectLast, 8).Keys(2), 1e-5);
    }
}
