using Amend.Editing.Tuning;

namespace Amend.Editing.Tests.Tuning;

[NoTensorLeaks]
public sealed class PastRequestTests
{
    [Theory]
    [InlineData("Réunion lies in", "Азия")]
    [InlineData("日本の首都は {} \n", "東京 🗼")]
    public void Texts_of_any_script_come_back_as_they_were(string prompt, string target)
    {
        using var model = TinyModels.Gpt2();
        var name = model.Transformer.DownProjection(0).Name;
        using var memory = new PastRequest(prompt, target).ToMemory(name);

        model.Applied.Apply("one", [memory]);

        Assert.Equal([new PastRequest(prompt, target)], PastRequest.At(model, name));
        Assert.Empty(PastRequest.At(model, model.Transformer.DownProjection(1).Name));
        model.Applied.RevertAll();
        Assert.Empty(PastRequest.At(model, name));
    }
}
