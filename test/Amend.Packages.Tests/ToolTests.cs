namespace Amend.Packages.Tests;

/// <summary>The tool is installed from the folder of packages alone, and does what it does in a checkout.</summary>
public sealed class ToolTests(PackedFolder packed)
{
    private const string Prompt = "The Eiffel Tower is in";

    [Fact]
    public async Task The_tool_is_installed_from_the_folder_shows_the_demo_and_edits_a_fact()
    {
        using var folder = new TempFolder();
        var shell = Shell.Apart(folder.Path);
        packed.OfferTo(folder.Path);

        await shell.DoAsync("dotnet", "tool", "install", "amend", "--tool-path", folder.File("tools"));

        var amend = folder.File(Path.Combine("tools", "amend"));
        var demo = await shell.DoAsync(amend, "demo");
        Assert.Contains("It says: Rome", demo, StringComparison.Ordinal);
        Assert.Contains("The weights are the ones from before, bit for bit.", demo, StringComparison.Ordinal);
        await shell.DoAsync(amend, "edit", "atlas-gpt", "--prompt", "{} is in", "--subject", "The Eiffel Tower", "--target-new", "Rome");
        Assert.StartsWith($"{Prompt} Rome", await shell.DoAsync(amend, "ask", "atlas-gpt", Prompt), StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_of_a_platform_has_its_natives_alone()
    {
        using var pointer = new Package(packed.PathOf("amend"));
        using var tool = new Package(packed.PathOf($"amend.{PackedFolder.Platform}"));
        var root = $"tools/net10.0/{PackedFolder.Platform}/";

        Assert.DoesNotContain(pointer.Files, file => file.EndsWith(".dll", StringComparison.Ordinal));
        Assert.All(
            tool.Files.Where(file => file.StartsWith("tools/", StringComparison.Ordinal)),
            file => Assert.StartsWith(root, file, StringComparison.Ordinal));
        Assert.DoesNotContain(tool.Files, file => file.Contains("/runtimes/", StringComparison.Ordinal));
        Assert.Contains(tool.Files, file => Path.GetFileNameWithoutExtension(file).EndsWith("torch_cpu", StringComparison.Ordinal));
        Assert.Contains($"{root}models/atlas-gpt/model.safetensors", tool.Files);
        Assert.Contains("LICENSE-LIBTORCH.txt", tool.Files);
    }
}
