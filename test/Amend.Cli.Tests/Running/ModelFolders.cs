using System.Text;
using Amend.Models;

namespace Amend.Cli.Tests.Running;

/// <summary>Copies of folders, and what breaks a model's.</summary>
internal static class ModelFolders
{
    /// <summary>The embedded model's folder.</summary>
    public static string Embedded => Path.Combine(ModelLocator.EmbeddedFolder, "atlas-gpt");

    /// <summary>Copies a folder with all it holds.</summary>
    /// <returns>The copy.</returns>
    public static string Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.GetDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        return to;
    }

    /// <summary>Replaces a file's text.</summary>
    public static void Rewrite(string folder, string file, Func<string, string> change) =>
        File.WriteAllText(Path.Combine(folder, file), change(File.ReadAllText(Path.Combine(folder, file))));

    /// <summary>Cuts a file to half its length.</summary>
    public static void Truncate(string path)
    {
        using var stream = new FileStream(path, FileMode.Open);
        stream.SetLength(stream.Length / 2);
    }

    /// <summary>Changes a byte in the middle of a file.</summary>
    public static void Alter(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Gives a tensor of the weights another name of the same length.</summary>
    public static void Rename(string folder, string tensor)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{tensor}\""));
        Assert.True(at > 0, $"'{tensor}' is not in '{path}'.");
        bytes[at + tensor.Length - 1] = (byte)'x';
        File.WriteAllBytes(path, bytes);
    }
}
