using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Tests.Stores;

public sealed class LayerChoiceTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_choice_for_a_models_weights_is_found_and_other_weights_have_none()
    {
        using var model = _folder.Load();
        LayerChoice.Keep(_folder.Home.Layers, model, 1, "First.");

        LayerChoice.Keep(_folder.Home.Layers, model, 2, "Layer 2 is best.");

        var found = LayerChoice.Find(_folder.Home.Layers, model)!;
        Assert.Equal((2, "Layer 2 is best.", model.BaseHash), (found.Layer, found.Explanation, found.WeightsHash));
        _folder.WriteWeights(seed: 2);
        using var other = _folder.Load();
        Assert.Null(LayerChoice.Find(_folder.Home.Layers, other));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"format": "amend.trace.v1", "layer": 1}""")]
    [InlineData("""{"format": "amend.trace.v1", "model": "m", "weights_hash": "00", "layer": 1, "explanation": "x"}""")]
    public void A_broken_choice_or_one_of_other_weights_is_refused_by_its_file(string content)
    {
        using var model = _folder.Load();
        var path = LayerChoice.Keep(_folder.Home.Layers, model, 1, "x");
        File.WriteAllText(path, content);

        var refused = Assert.Throws<AmendException>(() => LayerChoice.Find(_folder.Home.Layers, model));

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("delete it and choose the layer again.", refused.Message, StringComparison.Ordinal);
    }
}
