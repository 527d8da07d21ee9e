using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests;

[NoTensorLeaks]
public sealed class DeltaSetTests
{
    [Fact]
    public void A_set_frees_its_changes_unless_it_has_let_go_of_them()
    {
        using var scope = NewDisposeScope();
        var (kept, freed, released) = (Change(1), Change(2), new DeltaSet());
        using (released)
        {
            released.Add("a", kept);
            released.Release();
        }

        using (var set = new DeltaSet())
            set.Add("a", freed);

        Assert.Equal(1, kept.FrobeniusNorm());
        Assert.Throws<ObjectDisposedException>(() => freed.FrobeniusNorm());
        kept.Dispose();
    }

    [Fact]
    public void A_change_that_takes_anothers_place_frees_it()
    {
        using var scope = NewDisposeScope();
        using var set = new DeltaSet();
        var first = Change(3);
        set.Add("a", first);

        set.Replace("a", Change(4));

        Assert.Throws<ObjectDisposedException>(() => first.FrobeniusNorm());
        Assert.Equal(4, set["a"].FrobeniusNorm());
    }

    [Fact]
    public void The_norm_goes_over_all_changes_and_shows_where_one_is_no_number()
    {
        using var scope = NewDisposeScope();
        using var set = new DeltaSet();
        set.Add("a", Change(3));
        set.Add("b", Change(4));

        Assert.Equal(5, set.FrobeniusNorm()!.Value, 1e-12);
        Assert.Equal(["a", "b"], set.ToEffects().OfType<WeightEffect>().Select(effect => effect.Weight));
        set.Add("c", Change(float.NaN));
        Assert.Equal(double.NaN, set.FrobeniusNorm()!.Value);
    }

    [Fact]
    public void A_weight_has_one_change()
    {
        using var scope = NewDisposeScope();
        using var set = new DeltaSet();
        using var second = Change(2);
        set.Add("a", Change(1));

        Assert.Throws<ArgumentException>(() => set.Add("a", second));
    }

    private static DenseDelta Change(float value) => new(tensor([value]));
}
