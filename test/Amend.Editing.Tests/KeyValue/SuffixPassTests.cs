using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models.Shapes;
using Amend.Models.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.KeyValue;

public sealed class SuffixPassTests
{
    /// <summary>Sums of float32 in another order; the values are of order one.</summary>
    private const double Tolerance = 1e-5;

    private static readonly ModelShape Tiny = new(Layers: 4, Width: 32, MlpWidth: 128, Heads: 4, Vocabulary: 101, ContextLength: 64);

    private static readonly ContextTemplates Several = new(["{}", "One day. {}", "It was long ago and far away. {}", "So. {}"]);

    [Theory]
    [InlineData(0, "The {} is in", "Goa", LookupToken.SubjectLast, false, false)]
    [InlineData(2, "The {} is in", "New South Wales", LookupToken.SubjectLast, false, false)]
    [InlineData(1, "In which city is the {}? In", "New York", LookupToken.SubjectLast, true, false)]
    [InlineData(1, "{} is in", "Goa", LookupToken.SubjectFirst, false, true)]
    [InlineData(2, "{} is in", "New York", LookupToken.SubjectFirstAfterLast, true, false)]
    [InlineData(1, "The {} is in", "New York", LookupToken.Last, false, false)]
    [InlineData(3, "The {} is in", "New York", LookupToken.SubjectLast, false, false)]
    [InlineData(0, "The place of the {}", "Goa", LookupToken.SubjectLast, false, true)]
    public void It_gives_the_logits_and_gradients_of_whole_passes(int layer, string prompt, string target, LookupToken lookup, bool essenceAtEnd, bool bare)
    {
        using var scope = NewDisposeScope();
        using var model = RandomGpt2.Create(Tiny, seed: 7, gain: 10);
        var request = new EditRequest(prompt, "Space Needle", target);
        var batch = RewriteBatch.Create(model, request, bare ? ContextTemplates.Bare : Several, lookup);
        using var clean = CleanPass.Run(model, batch, layer);
        using var suffix = new SuffixPass(model, batch, clean, layer, essenceAtEnd);
        using var full = new FullPass(model, batch, layer, essenceAtEnd);

        for (var step = 0; step < 2; step++)
        {
            using var generator = new Generator((ulong)step);
            var delta = randn([1, Tiny.Width], generator: generator);
            var (target1, essence1, gradient1) = LogitsAndGradient(suffix, delta);
            var (target2, essence2, gradient2) = LogitsAndGradient(full, delta);

            Close(target2, target1);
            Close(essence2, essence1);
            Close(gradient2 / gradient2.abs().max(), gradient1 / gradient2.abs().max());
        }
    }

    [Fact]
    public void Passes_leave_no_tensor_behind()
    {
        using var model = RandomGpt2.Create(Tiny, seed: 7);
        var batch = RewriteBatch.Create(model, new EditRequest("The {} is in", "Space Needle", "Goa"), Several, LookupToken.SubjectLast);
        DisposeScopeManager.Statistics.Reset();

        using (var clean = CleanPass.Run(model, batch, layer: 1))
        using (var suffix = new SuffixPass(model, batch, clean, layer: 1, essenceAtEnd: false))
        using (var full = new FullPass(model, batch, layer: 1, essenceAtEnd: false))
        using (var scope = NewDisposeScope())
        {
            var delta = zeros(1, Tiny.Width);
            suffix.Run(delta);
            full.Run(delta);
        }

        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Logits with the vector added, and the gradient of a loss that every logit has a part in.</summary>
    private static (Tensor Target, Tensor Essence, Tensor Gradient) LogitsAndGradient(IRewritePass pass, Tensor vector)
    {
        var delta = vector.detach().clone().requires_grad_();
        var (target, essence) = pass.Run(delta);
        var loss = nn.functional.log_softmax(target, -1).square().sum() + nn.functional.log_softmax(essence, -1).square().sum();
        loss.backward();
        return (target.detach(), essence.detach(), delta.grad!);
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, Tolerance);
    }
}
