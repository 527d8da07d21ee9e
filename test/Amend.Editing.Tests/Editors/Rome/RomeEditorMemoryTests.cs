using System.Diagnostics;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Rome;

[Collection(nameof(ProcessWide))]
public sealed class RomeEditorMemoryTests
{
    private const int WarmUp = 20;
    private const int Edits = 100;

    /// <summary>The allocators keep what they may need again; a lost copy of one weight an edit would show in the tensors.</summary>
    private const long MostGrowth = 50L << 20;

    [Fact]
    public void A_hundred_edits_and_reverts_leave_no_tensor_and_no_memory_behind()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var matrix = SpdMatrix.Factor(eye(32));
        var context = new EditContext { Statistics = new Given(matrix) };
        var editor = new RomeEditor(new RomeOptions { Layer = 1, VNumGradSteps = 5, ContextTemplateLengthParams = [[4, 2]] });
        var request = new EditRequest("{} is in", "The Eiffel Tower", "Rome");
        Repeat(WarmUp);
        var (tensors, memory) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, Memory());

        Repeat(Edits);

        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(Memory() - memory, long.MinValue, MostGrowth);
        Assert.Equal(model.BaseHash, model.Weights.Hash());

        void Repeat(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var result = editor.Apply(model, [request], context with { Seed = i });
                result.Revert();
            }
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Given(SpdMatrix matrix) : ISecondMomentSource
    {
        public SpdMatrix Factored(LanguageModel model, int layer, double ridge) => matrix;

        public Tensor Mean(LanguageModel model, int layer) => throw new NotSupportedException("ROME asks for the factored moment.");

        public NullSpace NullSpace(LanguageModel model, int layer, double threshold) => throw new NotSupportedException("ROME has no null space.");
    }
}
