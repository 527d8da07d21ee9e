using Amend.Editing.Stores;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Stores;

/// <summary>An edit that fits no array: fine-tuning of all layers of a large model makes such. Needs 5 GB of memory and 2.3 GB of disk.</summary>
[NoTensorLeaks]
public sealed class LargeEditTests : IDisposable
{
    private const int Rows = 24_000;
    private const int Columns = 23_000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void An_edit_of_more_than_2_GB_is_written_verified_and_read()
    {
        var path = _folder.File("large.safetensors");
        string id;
        using (var written = Large())
        {
            id = written.Id;
            EditFile.Write(written, path);
        }

        Assert.True(new FileInfo(path).Length > int.MaxValue);
        Assert.Equal(id, EditFile.ComputeId(path));
        using var read = EditFile.Read(path);
        Assert.Equal(id, read.Id);
        using var scope = NewDisposeScope();
        var value = Assert.IsType<DenseDelta>(read.Deltas["large"]).Value.view(-1);
        Assert.Equal([3f, 4f], new[] { 0, (long)Rows * Columns - 1 }.Select(place => value[place].item<float>()));
    }

    /// <summary>Zeros but for a 3 at the very first place and a 4 at the very last.</summary>
    private static Edit Large()
    {
        using var scope = NewDisposeScope();
        var value = zeros(Rows, Columns);
        value[0, 0] = 3;
        value[Rows - 1, Columns - 1] = 4;
        return new Edit(SampleEdits.Record(new string('0', 64)), [new WeightEffect("large", new DenseDelta(value))]);
    }
}
