using Amend.Tensors;

namespace Amend.Models.Tests;

public sealed class ModelLocatorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private ModelLocator Locator => new(_folder.File("none"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_GGUF_file_is_a_model_and_so_is_a_folder_that_holds_one_or_the_parts_of_one()
    {
        var file = Write("a.gguf");
        Assert.Equal(file, Locator.Find(file));
        Assert.Equal(file, Locator.Find(_folder.Path));

        File.Delete(file);
        var first = Write("b-00001-of-00002.gguf");
        Write("b-00002-of-00002.gguf");
        Assert.Equal(first, Locator.Find(_folder.Path));
    }

    [Fact]
    public void Of_several_files_in_a_folder_one_has_to_be_given()
    {
        var (a, b) = (Write("a.gguf"), Write("b.gguf"));

        var refusal = Assert.Throws<AmendException>(() => Locator.Find(_folder.Path));

        Assert.Equal($"'{_folder.Path}' has no config.json but 2 GGUF files; give one of them: '{a}', '{b}'.", refusal.Message);
        Assert.Equal(refusal.Message, Assert.Throws<AmendException>(() => Locator.Locate(_folder.Path)).Message);
        File.WriteAllText(_folder.File("config.json"), "{}");
        Assert.Equal(_folder.Path, Locator.Find(_folder.Path));
    }

    [Fact]
    public void What_is_nothing_of_the_kind_is_refused_with_what_can_be_given()
    {
        var refusal = Assert.Throws<AmendException>(() => Locator.Find(_folder.File("a.gguf")));

        Assert.StartsWith($"There is no model '{_folder.File("a.gguf")}'; give a folder in Hugging Face form, a .gguf file, or one of:", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_may_be_broken_is_found_as_it_is()
    {
        Assert.Throws<AmendException>(() => Locator.Find(_folder.Path));
        Assert.Equal(_folder.Path, Locator.Locate(_folder.Path));

        var file = Write("a.gguf");
        Assert.Equal((file, file), (Locator.Locate(_folder.Path), Locator.Locate(file)));
    }

    private string Write(string name)
    {
        File.WriteAllBytes(_folder.File(name), [1]);
        return _folder.File(name);
    }
}
