using Amend.Atlas.Tour;
using Amend.Editing.Homes;
using Amend.Editing.Stores;

namespace Amend.Atlas.Tests.Tour;

public sealed class TourLayersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(30, new[] { 6, 10, 3 })]
    [InlineData(12, new[] { 2, 4, 1 })]
    [InlineData(2, new[] { 0 })]
    [InlineData(1, new[] { 0 })]
    public void Without_a_preset_layers_of_the_lower_half_are_tried_each_once(int layers, int[] tried)
    {
        var found = TourLayers.ToTry(layers);

        Assert.Equal(TourLayerSource.Tried, found.Source);
        Assert.Equal(tried, found.Layers);
    }

    [Fact]
    public void A_layer_that_was_chosen_for_the_weights_goes_before_trying()
    {
        var home = new AmendHome(_folder.Path);
        using var model = TinyModels.Gpt2();
        Assert.Equal(TourLayerSource.Tried, TourLayers.For(model, home).Source);

        LayerChoice.Keep(home.Layers, model, 1, "Because.");

        Assert.Equal((TourLayerSource.Chosen, 1), (TourLayers.For(model, home).Source, TourLayers.For(model, home).Layers.Single()));
    }
}
