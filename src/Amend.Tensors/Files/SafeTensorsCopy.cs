using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>Copies a safetensors file with other values for some tensors; types, places and all other bytes stay.</summary>
public static class SafeTensorsCopy
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Writes the copy; atomic, a piece at a time.</summary>
    /// <param name="source">The file.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="values">
    /// The other values by the tensors' names, asked for when their turn comes, of the tensor's shape and any type; they are rounded to the
    /// tensor's type and disposed.
    /// </param>
    /// <exception cref="SafeTensorsException">The file has no tensor of one of the names.</exception>
    /// <exception cref="ArgumentException">Values have another shape.</exception>
    /// <exception cref="AmendException">The copy cannot be written, or the file was cut off after it was opened.</exception>
    public static void Write(SafeTensorsFile source, string path, IReadOnlyDictionary<string, Func<Tensor>> values)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(values);
        var changed = values.Select(value => (Entry: source.Entry(value.Key), Value: value.Value)).OrderBy(one => one.Entry.Begin).ToList();
        AtomicFile.Write(path, to =>
        {
            using var from = new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes);
            foreach (var (entry, value) in changed)
            {
                Copy(from, to, source.DataStart + entry.Begin - from.Position, source.Path);
                new SafeTensorsContent(entry.Name, entry.DType, entry.Shape, value).WriteTo(to);
                from.Position = source.DataStart + entry.End;
            }

            from.CopyTo(to, BufferBytes);
        });
    }

    private static void Copy(FileStream from, Stream to, long count, string path)
    {
        var buffer = new byte[BufferBytes];
        while (count > 0)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            if (read == 0)
                throw SafeTensorsException.Broken(SafeTensorsError.DataTruncated, path, "it was cut off after it was opened");
            to.Write(buffer, 0, read);
            count -= read;
        }
    }
}
