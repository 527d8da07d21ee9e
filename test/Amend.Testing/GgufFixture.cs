using System.Text.Json.Nodes;
using Amend.Tensors.Files.Gguf;

namespace Amend.Testing;

/// <summary>GGUF files for tests, made of golden ones.</summary>
public static class GgufFixture
{
    /// <summary>The path of a golden file below <c>gguf/files</c>, such as <c>qwen2/model-f32.gguf</c>.</summary>
    public static string PathOf(string file) => Path.Combine(GoldenCases.At("gguf/files")[0].Folder, file);

    /// <summary>Copies the folder of a golden model with another value in one of its JSON files.</summary>
    /// <param name="name">The golden model below <c>gguf/files</c>.</param>
    /// <param name="to">The folder to make.</param>
    /// <param name="file">The JSON file.</param>
    /// <param name="change">Changes it.</param>
    public static string CopyFolder(string name, string to, string file, Action<JsonObject> change)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.GetFiles(PathOf($"{name}/hf")))
            File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(to, file)))!.AsObject();
        change(json);
        File.WriteAllText(Path.Combine(to, file), json.ToJsonString());
        return to;
    }

    /// <summary>Writes a golden file with other keys and without some tensors.</summary>
    /// <param name="file">The golden file below <c>gguf/files</c>.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="changes">Keys with their new values; null takes a key away.</param>
    /// <param name="more">Tensors to add, by name and shape, of ones.</param>
    public static string Rewrite(string file, string path, IReadOnlyDictionary<string, object?> changes, params (string Name, long[] Shape)[] more)
    {
        using var source = GgufFile.Open(PathOf(file));
        var kept = source.Metadata.Keys.Where(key => !changes.ContainsKey(key)).Select(key => (key, source.Metadata.Value(key)));
        var set = changes.Where(change => change.Value is not null).Select(change => (change.Key, change.Value!));
        var float32 = GgufType.All.Single(type => type.Name == "F32");
        GgufWriter.Write(
            path,
            [.. kept, .. set],
            [
                .. source.Entries.Select(entry => GgufContent.Of(entry.Name, source.TypeOf(entry.Name), entry.Shape, () => source.Load(entry.Name))),
                .. more.Select(tensor => GgufContent.Of(tensor.Name, float32, tensor.Shape, () => TorchSharp.torch.ones(tensor.Shape))),
            ]);
        return path;
    }
}
