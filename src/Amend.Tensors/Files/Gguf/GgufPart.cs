using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>One physical GGUF file: a whole model, or one part of a split one.</summary>
internal sealed class GgufPart : IDisposable
{
    private const int CopiedAtOnce = 1 << 20;

    private readonly GgufBytes _file;
    private readonly GgufHeader _header;

    private GgufPart(GgufBytes file, GgufHeader header)
    {
        _file = file;
        _header = header;
    }

    public string Path => _file.Path;

    public GgufMetadata Metadata => _header.Metadata;

    public IReadOnlyList<GgufTensor> Tensors => _header.Tensors;

    /// <summary>Opens a file and checks its whole header against its length; the caller disposes.</summary>
    /// <exception cref="GgufException">The file is missing, unreadable or breaks the format.</exception>
    public static GgufPart Open(string path)
    {
        var file = GgufBytes.Open(path);
        try
        {
            return new(file, GgufHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one of its tensors; the caller disposes.</summary>
    public Tensor Load(GgufTensor tensor, ScalarType? dtype)
    {
        var entry = tensor.Entry;
        return tensor.Type.ReadBlocks is null
            ? StoredTensor.Read(entry.Shape, entry.DType, dtype, Fill)
            : DequantisedTensor.Read(entry.Shape, tensor.Type, dtype ?? entry.DType, Fill);

        void Fill(Span<byte> bytes, long place) => this.Fill(entry, bytes, place);
    }

    /// <summary>Writes the bytes of one of its tensors to a stream as they are, piece by piece.</summary>
    public void Copy(GgufTensor tensor, Stream to)
    {
        var buffer = new byte[Math.Min(tensor.Entry.Length, CopiedAtOnce)];
        for (long at = 0; at < tensor.Entry.Length; at += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Entry.Length - at));
            Fill(tensor.Entry, piece, at);
            to.Write(piece);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Fill(TensorEntry entry, Span<byte> bytes, long place)
    {
        var at = _header.DataStart + entry.Begin + place;
        var filled = _file.Fill(bytes, at);
        if (filled < bytes.Length)
        {
            throw GgufException.Broken(
                Path, $"tensor {ShownName.Of(entry.Name)} stops at byte {at + filled}, so the file was cut off after it was opened");
        }
    }
}
